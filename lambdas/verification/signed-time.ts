import { Rejection } from '../core/rejection.ts';
import { locate } from './place.ts';
import { readTime, TIME_UNITS } from './provider-time.ts';
import type { Scheme, SignedTime } from './scheme.ts';
import { placesIn, type Signed } from './signed-content.ts';

/** Whether the time is a part of the signed text. */
export const isTimeInContent = ({ time, content }: Pick<Scheme, 'time' | 'content'>): boolean =>
  time !== undefined && content !== undefined && placesIn(content).includes(time.at);

/**
 * When a delivery was signed.
 *
 * @param isInText of {@link isTimeInContent}.
 * @throws {Rejection} `signature-malformed` if there is no time, or one in another form.
 */
export const signedTime = (delivery: Signed, { at, unit }: SignedTime, isInText: boolean): Date => {
  // In a signed text a time has an exact form, so that the text can't be cut elsewhere.
  const units = unit !== undefined ? [unit] : isInText ? TIME_UNITS : [undefined];
  const value = locate(at, delivery);
  for (const each of units) {
    const signedAt = readTime(value, each);
    if (signedAt !== undefined) return signedAt;
  }
  throw new Rejection(
    'signature-malformed',
    `there is no time ${unit === undefined ? '' : `in ${unit} `}at ${at}`,
  );
};
