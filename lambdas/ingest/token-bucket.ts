/**
 * Limits how often something is done. It may be done as often as a minute allows at once, and then evenly.
 *
 * @param aMinute how often a minute.
 * @param now in ms.
 * @returns takes a token; false if there is none.
 */
export const tokenBucket = (aMinute: number, now: () => number = Date.now): (() => boolean) => {
  let tokens = aMinute;
  let at = now();
  return () => {
    // A clock that was set back gives nothing.
    const passed = Math.max(0, now() - at);
    at = now();
    tokens = Math.min(aMinute, tokens + (passed * aMinute) / 60_000);
    if (tokens < 1) return false;
    tokens--;
    return true;
  };
};
