import { randomBytes } from 'node:crypto';
import { altoviz } from '../../senders/altoviz.ts';
import { readSample } from '../../senders/samples.ts';
import type { SignedRequest } from '../../senders/sender.ts';
import type { Walk } from './walk.ts';

/** Too large for a message of SQS, so that its data lies in the bucket. */
export const LARGER_THAN_A_MESSAGE = 1_200_000;

/** Too large for an item of the event log and for the intake queue, but not for keeping it if it is rejected. */
export const LARGER_THAN_AN_ITEM = 600_000;

/** Text of so many characters, which can hardly be compressed. */
export const noise = (characters: number): string =>
  randomBytes(characters).toString('base64').slice(0, characters);

/**
 * Signs a large delivery of Altoviz.
 *
 * @param characters of the field `note`, which is added to the data of the event's sample.
 * @param secret Default: that of the source.
 */
export const signLarge = async (
  { secrets }: Pick<Walk, 'secrets'>,
  event: string,
  characters: number,
  secret = secrets.get('altoviz') ?? '',
): Promise<SignedRequest> => {
  const { payload = '{}' } = await readSample(altoviz, event);
  const { data } = JSON.parse(payload);
  return altoviz.sign({ event, payload }, secret, { body: { data: { ...data, note: noise(characters) } } });
};
