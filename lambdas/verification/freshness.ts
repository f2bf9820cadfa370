import { Rejection } from '../core/rejection.ts';

/**
 * Checks a signed timestamp against the time of receipt. Verify the signature first: a forged timestamp proves nothing.
 *
 * @param tolerance in seconds, in both directions.
 * @throws {Rejection} `stale` or `future`.
 */
export const checkFresh = (signedAt: Date, receivedAt: Date, tolerance: number): void => {
  const age = (receivedAt.getTime() - signedAt.getTime()) / 1000;
  const isSigned = true;
  if (age > tolerance) {
    throw new Rejection('stale', `it was signed more than ${tolerance} seconds ago`, { isSigned });
  }
  if (age < -tolerance) {
    throw new Rejection('future', `it was signed more than ${tolerance} seconds ahead`, { isSigned });
  }
};
