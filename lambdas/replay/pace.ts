/** Limits a rate per second. @returns a function that waits until `count` more may be sent. */
export const pace = (
  rate: number,
  now: () => number,
  sleep: (ms: number) => Promise<void>,
): ((count: number) => Promise<void>) => {
  let next = Number.NEGATIVE_INFINITY;
  return async (count) => {
    const wait = next - now();
    if (wait > 0) await sleep(wait);
    // Unused capacity is lost, because the rate must prevent bursts.
    next = Math.max(next, now()) + (count * 1000) / rate;
  };
};
