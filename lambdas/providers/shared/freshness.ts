import { Rejection } from '../../core/rejection.ts';

/**
 * Holds the time that a delivery was signed at against the clock. To be asked of what has proved genuine only: a forged
 * time says nothing.
 *
 * @param tolerance how far off it may be, back and ahead, in seconds.
 * @throws {Rejection} `stale` or `future`.
 */
export const checkFresh = (signedAt: Date, receivedAt: Date, tolerance: number): void => {
  const age = (receivedAt.getTime() - signedAt.getTime()) / 1000;
  if (age > tolerance) throw new Rejection('stale', `it was signed more than ${tolerance} seconds ago`);
  if (age < -tolerance) throw new Rejection('future', `it was signed more than ${tolerance} seconds ahead`);
};
