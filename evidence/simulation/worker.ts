import { parentPort } from 'node:worker_threads';
import { loadSimulator } from './load-simulator.ts';
import { mutantNamed } from './mutants.ts';
import type { Schedule } from './schedule.ts';
import type { Failure, Simulator } from './simulator.ts';

/** What a thread is asked to do, with that mistake in the code where one is named. */
export type Task = { readonly mutant: string | undefined } & (
  | { readonly task: 'seeds'; readonly from: number; readonly count: number }
  | { readonly task: 'schedule'; readonly schedule: Schedule }
  | { readonly task: 'shorten'; readonly failure: Failure }
);

/** What came of a task. */
export interface Found {
  /** How many schedules were run. */
  readonly ran: number;
  /** The first that failed; undefined where none did. */
  readonly failure: Failure | undefined;
}

// Errors are thrown by the thousand here, and nobody reads where.
Error.stackTraceLimit = 2;

const simulators = new Map<string | undefined, Promise<Simulator>>();

const simulatorWith = (mutant: string | undefined): Promise<Simulator> => {
  const known = simulators.get(mutant);
  if (known !== undefined) return known;
  const loading = loadSimulator(mutant === undefined ? undefined : mutantNamed(mutant));
  simulators.set(mutant, loading);
  return loading;
};

const carryOut = async (task: Task): Promise<Found> => {
  const simulator = await simulatorWith(task.mutant);
  if (task.task === 'schedule') return { ran: 1, failure: await simulator.check(task.schedule) };
  if (task.task === 'shorten') return { ran: 0, failure: await simulator.shorten(task.failure) };
  for (let ran = 0; ran < task.count; ran++) {
    const failure = await simulator.check(simulator.drawSchedule(task.from + ran));
    if (failure !== undefined) return { ran: ran + 1, failure };
  }
  return { ran: task.count, failure: undefined };
};

/** The answer to a task: what came of it, or why it could not be done. A thread that dies would leave the next task unanswered. */
export type Reply = { readonly found: Found } | { readonly error: unknown };

parentPort?.on('message', async (task: Task) => {
  const reply: Reply = await carryOut(task).then(
    (found) => ({ found }),
    (error: unknown) => ({ error }),
  );
  parentPort?.postMessage(reply);
});
