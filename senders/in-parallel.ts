/**
 * Does the work `times` times, in parallel up to a limit. After a failure no further work starts, and work in progress is
 * aborted.
 *
 * @throws the first failure.
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
