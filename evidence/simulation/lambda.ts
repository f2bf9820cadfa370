import type { Context } from 'aws-lambda';
import { type Clock, type Machine, machines } from './clock.ts';

/** How an invocation ended. */
export type Ending<Result> =
  | { readonly ended: 'answered'; readonly result: Result }
  /** The handler threw, or its process died, or its time was up. */
  | { readonly ended: 'failed'; readonly how: 'threw' | 'died' | 'timed-out'; readonly error?: unknown };

/** One run of a handler. What of it is still under way when it has ended is frozen, and goes on with the next event. */
export interface Invocation {
  readonly id: number;
  readonly machine: FunctionMachine;
  readonly startedAt: number;
  /** The faults that befell its calls. */
  readonly faults: string[];
  readonly lines: LogLine[];
  ended: boolean;
}

/** What was logged: the level's message, and its fields. */
export interface LogLine {
  readonly level: 'INFO' | 'WARN' | 'ERROR';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A process of a function, which takes one event after the other, and remembers. */
export interface FunctionMachine extends Machine {
  alive: boolean;
  /** Until when it may remember that a secret or a key could not be had, in ms since 1970. */
  remembersFaultUntil: number;
  /** Ends it in the middle of whatever it does. */
  kill(): void;
  /** Lets go on what was frozen. */
  thaw(): void;
  /** Lets it stand still for so long, in ms. */
  stall(ms: number): void;
  current: Invocation | undefined;
}

export interface FunctionOptions<Event, Result> {
  /** ms */
  readonly timeout: number;
  /** Which of so many processes that have nothing to do takes an event, by its number from 0. */
  readonly choose: (processes: number) => number;
  readonly skew: () => number;
  /** Starts a process: what it returns takes the events. */
  start(machine: FunctionMachine): (event: Event, context: Context) => Promise<Result>;
}

export interface LambdaFunction<Event, Result> {
  /** @param done told once how it ended; never before this returns. */
  invoke(event: Event, done: (ending: Ending<Result>) => void): Invocation;
}

let invocations = 0;

/** A function of Lambda: a process for each event that comes while all others are busy. */
export const createFunction = <Event, Result>(
  clock: Clock,
  { timeout, choose, skew, start }: FunctionOptions<Event, Result>,
): LambdaFunction<Event, Result> => {
  interface Process {
    readonly machine: FunctionMachine;
    readonly handle: (event: Event, context: Context) => Promise<Result>;
  }
  const idle: Process[] = [];

  const startProcess = (): Process => {
    const frozen: (() => void)[] = [];
    let stalledUntil = Number.NEGATIVE_INFINITY;
    const machine: FunctionMachine = {
      alive: true,
      whenThawed: (work) => {
        const still = stalledUntil - clock.now();
        if (still > 0) clock.after(still, () => machine.alive && machine.whenThawed(work));
        else if (machine.current === undefined) frozen.push(work);
        else work();
      },
      stall: (ms) => {
        stalledUntil = Math.max(stalledUntil, clock.now() + ms);
      },
      thaw: () => {
        for (const work of frozen.splice(0)) work();
      },
      remembersFaultUntil: Number.NEGATIVE_INFINITY,
      skew,
      kill: () => undefined,
      current: undefined,
    };
    return { machine, handle: machines.run(machine, () => start(machine)) };
  };

  return {
    invoke: (event, done) => {
      const [process = startProcess()] = idle.splice(choose(idle.length), 1);
      const { machine } = process;
      const startedAt = clock.now();
      const invocation: Invocation = {
        id: ++invocations,
        machine,
        startedAt,
        faults: [],
        lines: [],
        ended: false,
      };
      machine.current = invocation;
      machine.thaw();

      const end = (ending: Ending<Result>): void => {
        if (invocation.ended) return;
        invocation.ended = true;
        machine.current = undefined;
        if (ending.ended === 'failed' && ending.how !== 'threw') machine.alive = false;
        else idle.push(process);
        done(ending);
      };
      machine.kill = () => end({ ended: 'failed', how: 'died' });
      clock.after(timeout, () => end({ ended: 'failed', how: 'timed-out' }));
      // All that is used of it.
      const context = { getRemainingTimeInMillis: () => startedAt + timeout - clock.now() } as Context;
      machines
        .run(machine, () => process.handle(event, context))
        .then(
          (result) => end({ ended: 'answered', result }),
          (error: unknown) => end({ ended: 'failed', how: 'threw', error }),
        );
      return invocation;
    },
  };
};

/** The invocation whose code is running. */
export const currentInvocation = (): Invocation | undefined =>
  (machines.getStore() as FunctionMachine | undefined)?.current;
