import type { Context } from 'aws-lambda';

/**
 * What Lambda tells a function of its invocation.
 *
 * @param remainingMs until its time-out.
 */
export const aContext = (remainingMs: number | (() => number) = 30_000): Context =>
  ({
    getRemainingTimeInMillis: () => (typeof remainingMs === 'number' ? remainingMs : remainingMs()),
  }) as Context;
