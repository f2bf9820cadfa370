/**
 * Keeps to a rate.
 *
 * @param rate how many a second.
 * @param now the clock, in ms.
 * @param sleep waits that many ms.
 * @returns waits until so many more may go.
 */
export const pace = (
  rate: number,
  now: () => number,
  sleep: (ms: number) => Promise<void>,
): ((count: number) => Promise<void>) => {
  let next = Number.NEGATIVE_INFINITY;
  return async (count) => {
    const wait = next - now();
    if (wait > 0) await sleep(wait);
    // What was not used in time is not caught up with: a burst is what the rate is to prevent.
    next = Math.max(next, now()) + (count * 1000) / rate;
  };
};
