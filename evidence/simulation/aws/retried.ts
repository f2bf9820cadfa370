import { AWS_CLIENT } from '../../../lambdas/runtime/aws-client.ts';
import { CallError, type Calls, type CarryOut } from '../calls.ts';
import type { Edge } from '../schedule.ts';

/** How long the SDK waits before it tries again; after being throttled, longer. In ms. */
const PAUSE = 60;
const PAUSE_AFTER_THROTTLING = 600;

/** Tries as the SDK does, with the limits that the functions set it. */
export const retried = async <Result>(
  calls: Calls,
  edge: Edge,
  carryOut: CarryOut<Result>,
  signal: AbortSignal | undefined,
): Promise<Result> => {
  for (let attempt = 1; ; attempt++) {
    try {
      const { requestTimeout } = AWS_CLIENT.requestHandler;
      return await unlessAborted(signal, () => calls.try(edge, requestTimeout, carryOut));
    } catch (error) {
      const isOver = attempt === AWS_CLIENT.maxAttempts;
      if (isOver || !(error instanceof CallError) || error.fate === 'deny') throw error;
      const pause = error.fate === 'throttle' ? PAUSE_AFTER_THROTTLING : PAUSE;
      await unlessAborted(signal, () => new Promise<void>((resolve) => setTimeout(resolve, pause)));
    }
  }
};

/** A call that is aborted is on its way all the same: it may take effect, and nobody learns of it. */
const unlessAborted = <Result>(
  signal: AbortSignal | undefined,
  work: () => Promise<Result>,
): Promise<Result> => {
  if (signal === undefined) return work();
  if (signal.aborted) return Promise.reject(new Aborted());
  return new Promise((resolve, reject) => {
    const abort = () => reject(new Aborted());
    signal.addEventListener('abort', abort);
    work()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', abort));
  });
};

class Aborted extends Error {
  override readonly name = 'AbortError';
  constructor() {
    super('Request aborted');
  }
}
