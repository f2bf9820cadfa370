/**
 * Does the work `times` times, a few at once. When one fails, no other begins and those in progress are aborted.
 *
 * @param atOnce how many are under way at the same time, at most.
 * @throws what the first one to fail threw.
 */
export const inParallel = async (
  times: number,
  atOnce: number,
  work: (stopped: AbortSignal) => Promise<void>,
): Promise<void> => {
  const failure = new AbortController();
  let left = times;
  const worker = async (): Promise<void> => {
    try {
      while (left > 0 && !failure.signal.aborted) {
        left--;
        await work(failure.signal);
      }
    } catch (error) {
      failure.abort(error);
      throw error;
    }
  };
  await Promise.all(Array.from({ length: Math.min(times, atOnce) }, worker));
};
