import { MAX_KEPT_VALUES } from '../../../lambdas/core/json.ts';
import type { Sent, Target } from './targets.ts';

/**
 * What costs most behind a right signature: a body of the largest size that is numbers, each of which would have to be
 * kept digit for digit; and as many of them as are kept.
 */
export const COSTLY: readonly (readonly [name: string, numbers: number])[] = [
  ['as many numbers as there is room for', Number.POSITIVE_INFINITY],
  ['as many numbers as are kept', MAX_KEPT_VALUES - 200],
];

/** How long such a delivery may take, in ms: some microseconds for each number. */
export const COSTLY_MS = 1_000;

/** SNS takes no more in a message, and no body is larger by much. https://docs.aws.amazon.com/general/latest/gr/sns.html */
const ROOM = { sns: 200_000, others: 500_000 } as const;
const NUMBER = '0.0';

/**
 * Makes deliveries of a target with so many numbers in their payload, at most.
 *
 * @returns makes one. Two of different salts are not the same, so that nothing of them is remembered.
 */
export const largest = (
  { provider, payload, deliver }: Target,
  numbers: number,
): ((salt: number) => Sent) => {
  const room = provider === 'ivvy' || provider === 'sns' ? ROOM.sns : ROOM.others;
  const filler = Array(Math.min(numbers, Math.floor(room / (NUMBER.length + 1)))).fill(NUMBER);
  return (salt) => deliver(payload.replace('{', `{"salt":${salt},"filler":[${filler.join(',')}],`));
};
