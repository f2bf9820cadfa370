import type { FunctionDefinition } from './definition.ts';
import { InvocationError } from './invocation-error.ts';
import { type FunctionHost, startWorkerThread, type WorkerThread } from './worker-thread.ts';

/** A function of the template on this machine. */
export interface LocalFunction {
  readonly definition: FunctionDefinition;
  /** Starts the first worker, so that the first event doesn't wait. Rejects where it can't start. */
  warmUp(): Promise<void>;
  /**
   * Invokes the function. A worker processes one event at a time. Where all are busy another one is started, up to a
   * maximum; then events wait in a queue.
   *
   * @returns the handler's result, after a conversion to JSON and back.
   * @throws {InvocationError}
   */
  invoke(event: unknown): Promise<unknown>;
  /** Ends its workers like an update of its configuration: each finishes its event, and the next event starts a new one. */
  renew(): Promise<void>;
  /** Ends its workers at once, like a crash. The next event starts a new one. */
  interrupt(): Promise<void>;
  /** Like {@link interrupt}, for good. */
  stop(): Promise<void>;
}

/** More workers than processors would be no faster. */
const MAX_WORKERS = 4;

interface Waiting {
  readonly event: unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Runs a function in threads of this process. */
export const createFunction = (definition: FunctionDefinition, host: FunctionHost): LocalFunction => {
  const maxWorkers = Math.min(MAX_WORKERS, definition.concurrency ?? MAX_WORKERS);
  const workers = new Set<WorkerThread>();
  const idle: WorkerThread[] = [];
  const outdated = new WeakSet<WorkerThread>();
  const line: Waiting[] = [];
  let starting = 0;
  let stopped = false;

  const start = async (): Promise<void> => {
    starting++;
    const worker = startWorkerThread(definition, host);
    workers.add(worker);
    void worker.ended.then(() => {
      workers.delete(worker);
      if (idle.includes(worker)) idle.splice(idle.indexOf(worker), 1);
      dispatch();
    });
    try {
      await worker.ready;
      // It has processed no event, so it remembers nothing.
      outdated.delete(worker);
      idle.push(worker);
    } finally {
      starting--;
    }
    dispatch();
  };

  const startForOne = (): void => {
    start().catch((error: unknown) => {
      // Each event that finds no worker costs one start, as in Lambda.
      line.shift()?.reject(error);
      dispatch();
    });
  };

  const release = (worker: WorkerThread): void => {
    if (outdated.has(worker)) void worker.terminate();
    else idle.push(worker);
  };

  const run = async (worker: WorkerThread, { event, resolve, reject }: Waiting): Promise<void> => {
    try {
      resolve(await worker.invoke(event));
      release(worker);
    } catch (error) {
      // After an error of the handler the worker continues; after a crash or a timeout it has ended.
      if (error instanceof InvocationError && error.kind === 'handler') release(worker);
      reject(error);
    }
    dispatch();
  };

  const dispatch = (): void => {
    while (line.length > 0) {
      const worker = idle.shift();
      const next = worker && line.shift();
      if (worker === undefined || next === undefined) break;
      void run(worker, next);
    }
    // One start at a time, so that the running workers get processor time.
    if (!stopped && line.length > 0 && starting === 0 && workers.size < maxWorkers) startForOne();
  };

  const interrupt = async (): Promise<void> => {
    // Workers that are being ended get no more events.
    idle.length = 0;
    await Promise.all([...workers].map((worker) => worker.terminate()));
  };

  return {
    definition,
    warmUp: async () => {
      if (workers.size > 0) return;
      try {
        await start();
      } catch (error) {
        // Events that arrived meanwhile have waited for this worker.
        dispatch();
        throw error;
      }
    },
    invoke: (event) =>
      new Promise((resolve, reject) => {
        if (stopped) return reject(new InvocationError('crash', `${definition.name} was stopped`));
        line.push({ event, resolve, reject });
        dispatch();
      }),
    renew: async () => {
      for (const worker of workers) outdated.add(worker);
      await Promise.all(idle.splice(0).map((worker) => worker.terminate()));
    },
    interrupt,
    stop: async () => {
      stopped = true;
      for (const { reject } of line.splice(0))
        reject(new InvocationError('crash', `${definition.name} was stopped`));
      await interrupt();
    },
  };
};
