import type { FunctionDefinition } from './definition.ts';
import { InvocationError } from './invocation-error.ts';
import { type FunctionHost, startWorkerThread, type WorkerThread } from './worker-thread.ts';

/** A function on this machine. */
export interface LocalFunction {
  readonly definition: FunctionDefinition;
  /** Starts its first worker, so that its first event doesn't wait. Rejects with why it can't start. */
  warmUp(): Promise<void>;
  /**
   * Invokes it and waits for the answer. One worker takes one event at a time; where all are busy another one is
   * started, up to a maximum, and then events wait in line.
   *
   * @returns what the handler returned, as JSON would bring it back.
   * @throws {InvocationError}
   */
  invoke(event: unknown): Promise<unknown>;
  /** Ends its workers in the middle of whatever they do, as a crash would. The next event starts a new one. */
  interrupt(): Promise<void>;
  /** Like {@link interrupt}, but never started again. */
  stop(): Promise<void>;
}

/** As many workers at most: more only take turns on the processors of a local stack. */
const MAX_WORKERS = 4;

interface Waiting {
  readonly event: unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** A function of the template, run in threads of this process. */
export const createFunction = (definition: FunctionDefinition, host: FunctionHost): LocalFunction => {
  const maxWorkers = Math.min(MAX_WORKERS, definition.concurrency ?? MAX_WORKERS);
  const workers = new Set<WorkerThread>();
  const idle: WorkerThread[] = [];
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

  const run = async (worker: WorkerThread, { event, resolve, reject }: Waiting): Promise<void> => {
    try {
      resolve(await worker.invoke(event));
      idle.push(worker);
    } catch (error) {
      // A handler that threw goes on; a worker that crashed or was too slow is gone.
      if (error instanceof InvocationError && error.kind === 'handler') idle.push(worker);
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
    // One start at a time: it takes a processor for a while, and the workers that there are need one too.
    if (!stopped && line.length > 0 && starting === 0 && workers.size < maxWorkers) startForOne();
  };

  const interrupt = async (): Promise<void> => {
    // What is being ended takes no event any more.
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
        // Events that came meanwhile have waited for this worker.
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
    interrupt,
    stop: async () => {
      stopped = true;
      for (const { reject } of line.splice(0))
        reject(new InvocationError('crash', `${definition.name} was stopped`));
      await interrupt();
    },
  };
};
