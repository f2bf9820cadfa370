import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Schedule } from './schedule.ts';
import type { Failure } from './simulator.ts';
import type { Found, Reply, Task } from './worker.ts';

export interface SeedOptions {
  /** The first seed. */
  readonly from: number;
  /** How many seeds. */
  readonly seeds: number;
  /** A mistake to run with, by its name. Default: none. */
  readonly mutant?: string | undefined;
  /** Told how many schedules have been run so far. */
  readonly progress?: (ran: number) => void;
}

/** Threads that run schedules. */
export interface Simulation extends AsyncDisposable {
  /** Runs seeds until one fails or all are done. Where several threads find a failure, that of the lowest seed counts. */
  runSeeds(options: SeedOptions): Promise<Found>;
  runSchedule(schedule: Schedule, mutant?: string): Promise<Found>;
  /** Cuts a failure down to the steps that it takes. */
  shorten(failure: Failure, mutant?: string): Promise<Failure>;
}

/**
 * Starts threads, which load the code with the first task that they get.
 *
 * @param threads Default: one a core.
 */
export const startSimulation = (threads = availableParallelism()): Simulation => {
  const workers = Array.from({ length: threads }, startThread);
  const [first] = workers;
  if (first === undefined) throw new Error('a simulation takes at least one thread');

  return {
    runSeeds: async ({ from, seeds, mutant, progress }) => {
      const failures: Failure[] = [];
      let next = from;
      let ran = 0;
      const work = async (thread: Thread): Promise<void> => {
        while (failures.length === 0 && next < from + seeds) {
          const count = Math.min(PORTION, from + seeds - next);
          const asked = thread.ask({ task: 'seeds', mutant, from: next, count });
          next += count;
          const found = await asked;
          ran += found.ran;
          progress?.(ran);
          if (found.failure !== undefined) failures.push(found.failure);
        }
      };
      await Promise.all(workers.map(work));
      const [failure] = failures.toSorted((a, b) => a.schedule.seed - b.schedule.seed);
      return { ran, failure };
    },
    runSchedule: (schedule, mutant) => first.ask({ task: 'schedule', mutant, schedule }),
    shorten: async (failure, mutant) => {
      const found = await first.ask({ task: 'shorten', mutant, failure });
      return found.failure ?? failure;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(workers.map(({ stop }) => stop()));
    },
  };
};

/** So many seeds a thread is given at a time. */
const PORTION = 20;

interface Thread {
  /** @throws {Error} where it can't be done, such as with a mutant whose text isn't there any more. */
  ask(task: Task): Promise<Found>;
  stop(): Promise<unknown>;
}

const startThread = (): Thread => {
  // sns-validator would have url.parse() warned of in every thread.
  const worker = new Worker(new URL('worker.ts', import.meta.url), { execArgv: ['--no-deprecation'] });
  return {
    ask: async (task) => {
      worker.postMessage(task);
      const [reply] = (await once(worker, 'message')) as [Reply];
      if ('error' in reply) throw reply.error;
      return reply.found;
    },
    stop: () => worker.terminate(),
  };
};
