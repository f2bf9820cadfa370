import { AsyncLocalStorage } from 'node:async_hooks';
import timers from 'node:timers';

/** Time that passes as fast as there is nothing to do. */
export interface Clock {
  /** ms since 1970. */
  now(): number;
  /** Does something that much later, in ms. */
  after(ms: number, work: () => void): void;
  /**
   * Lets time pass until nothing is left to be done.
   *
   * @returns false where there was no end to it.
   */
  run(): Promise<boolean>;
}

/** When every run begins. */
export const BEGINNING = Date.UTC(2026, 0, 1);

/** More happens in no run that comes to an end. */
const MAX_MOMENTS = 1_000_000;

interface Moment {
  readonly at: number;
  readonly work: () => void;
}

export const createClock = (): Clock => {
  let now = BEGINNING;
  // The last one is the next: from there it is taken, and few are waiting at any time.
  const waiting: Moment[] = [];

  return {
    now: () => now,
    after: (ms, work) => {
      const at = now + Math.max(0, ms);
      let index = waiting.length;
      // Behind those of the same time: what was asked for first happens first.
      while (index > 0 && (waiting[index - 1] as Moment).at <= at) index--;
      waiting.splice(index, 0, { at, work });
    },
    run: async () => {
      for (let count = 0; count < MAX_MOMENTS; count++) {
        const next = waiting.pop();
        if (next === undefined) return true;
        now = next.at;
        next.work();
        await settled();
      }
      return false;
    },
  };
};

/** When all promises have gone on as far as they can. */
const settled = () => new Promise<void>((resolve) => setRealImmediate(resolve));

const setRealImmediate = setImmediate;

/** A machine that a function runs on: what of the code under test is running, its clock and timers go by. */
export interface Machine {
  readonly alive: boolean;
  /** Does something now, or when the machine is thawed: Lambda freezes a process while it has no event. */
  whenThawed(work: () => void): void;
  /** How far its clock is ahead, in ms. */
  skew(): number;
}

/** Tells which machine the running code runs on. */
export const machines = new AsyncLocalStorage<Machine>();

/** Puts a clock in the place of Node's timers and of the time of day, until the returned function is called. */
export const installClock = (clock: Clock): (() => void) => {
  const { setTimeout, clearTimeout, Date: RealDate } = globalThis;
  const timeNow = RealDate.now;
  const abortAfter = AbortSignal.timeout;

  const time = () => clock.now() + (machines.getStore()?.skew() ?? 0);
  const later = (work: () => void, ms = 0): { cleared: boolean; unref(): void } => {
    const timer = { cleared: false, unref: () => undefined };
    const machine = machines.getStore();
    clock.after(ms, () => {
      if (timer.cleared || machine?.alive === false) return;
      if (machine === undefined) return work();
      machine.whenThawed(() => {
        if (!timer.cleared) machines.run(machine, work);
      });
    });
    return timer;
  };

  const clear = (timer: { cleared: boolean } | undefined): void => {
    if (timer !== undefined) timer.cleared = true;
  };

  RealDate.now = time;
  timers.setTimeout = later as unknown as typeof setTimeout;
  Object.assign(globalThis, {
    setTimeout: later,
    clearTimeout: clear,
  });
  timers.clearTimeout = clear as typeof clearTimeout;
  AbortSignal.timeout = (ms) => {
    const controller = new AbortController();
    later(() => controller.abort(new DOMException('timed out', 'TimeoutError')), ms);
    return controller.signal;
  };

  return () => {
    RealDate.now = timeNow;
    Object.assign(timers, { setTimeout, clearTimeout });
    Object.assign(globalThis, { setTimeout, clearTimeout });
    AbortSignal.timeout = abortAfter;
  };
};
