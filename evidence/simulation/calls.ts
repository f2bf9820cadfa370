import type { Clock } from './clock.ts';
import type { Faults } from './faults.ts';
import { currentInvocation, type Invocation } from './lambda.ts';
import { scatter } from './random.ts';
import type { Edge, Fate } from './schedule.ts';

/** A call that didn't go well, as its caller learns of it: with the name that AWS, or the SDK, gives to such an error. */
export class CallError extends Error {
  override readonly name: string;
  readonly fate: Fate['fate'];
  constructor(fate: Fate['fate']) {
    super(`the call met its fate: ${fate}`);
    this.name = NAMES[fate] ?? 'TimeoutError';
    this.fate = fate;
  }
}

const NAMES: Readonly<Partial<Record<Fate['fate'], string>>> = {
  fail: 'InternalServerError',
  throttle: 'ThrottlingException',
  deny: 'AccessDeniedException',
};

/** What a call does at the other side: told its fate, which may be for the other side to bring about, and who calls. */
export type CarryOut<Result> = (fate: Fate | undefined, caller: Invocation) => Result;

/** A function's calls to the world, each of which may meet its fate. */
export interface Calls {
  /**
   * One try of a call.
   *
   * @param carryOut what it does at the other side.
   * @param timeout after how long the caller gives up, in ms.
   * @throws {CallError}
   */
  try<Result>(edge: Edge, timeout: number, carryOut: CarryOut<Result>): Promise<Result>;
}

/** For how long a process may remember that a call failed, in ms: half a minute or a minute, from when it gave up. */
const REMEMBERED: Readonly<Partial<Record<Edge, number>>> = { GetSecretValue: 35_000, key: 64_000 };

/** A call that is never answered, to a process that isn't there any more. */
const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

/** The calls of fan-out, which alone may take longer in a run than they usually do. */
const OF_FAN_OUT: ReadonlySet<Edge> = new Set([
  'PutItem',
  'UpdateItem',
  'note',
  'GetItem',
  'SendMessageBatch',
  'consumer',
  'PutObject',
  'GetObject',
]);

/** @param slowness how much longer each call of fan-out takes, in ms. */
export const createCalls = (clock: Clock, faults: Faults, seed: number, slowness: number): Calls => ({
  try: (edge, timeout, carryOut) => {
    const invocation = currentInvocation();
    // No caller is left to answer: the handler has returned, and its process is frozen.
    if (invocation === undefined) return never();
    const { fate, nth } = faults.next(edge, clock.now());
    if (fate !== undefined) {
      invocation.faults.push(`${edge} ${nth}: ${fate.fate}`);
      const remembered = REMEMBERED[edge] ?? 0;
      const until = clock.now() + remembered;
      if (until > invocation.machine.remembersFaultUntil) invocation.machine.remembersFaultUntil = until;
    }
    const usual = 4 + Math.floor(scatter(seed, nth, edge.length, edge.charCodeAt(0)) * 15) * 4;
    const takes = usual + (OF_FAN_OUT.has(edge) ? slowness : 0);
    if (fate?.fate === 'stall') invocation.machine.stall(fate.by);
    return befall(clock, invocation, { fate, takes, timeout }, carryOut);
  },
});

interface Circumstances {
  readonly fate: Fate | undefined;
  /** How long it takes where nothing happens, in ms. */
  readonly takes: number;
  readonly timeout: number;
}

const befall = <Result>(
  clock: Clock,
  invocation: Invocation,
  { fate, takes, timeout }: Circumstances,
  carryOut: CarryOut<Result>,
): Promise<Result> =>
  new Promise((resolve, reject) => {
    const heard = (tell: () => void) => () => {
      const { machine } = invocation;
      if (machine.alive) machine.whenThawed(tell);
    };
    const fail = (what: Fate['fate'], after: number) =>
      clock.after(
        after,
        heard(() => reject(new CallError(what))),
      );
    const answer = (after: number, result: () => Result) =>
      clock.after(after, () => {
        try {
          const value = result();
          heard(() => resolve(value))();
        } catch (error) {
          heard(() => reject(error))();
        }
      });
    // In the middle, so that a crash in between still has the effect.
    const carryOutHalfWay = (then: (result: () => Result) => void): void =>
      carryOutAt(clock, takes / 2, () => carryOut(fate, invocation), then);

    switch (fate?.fate) {
      case undefined:
      case 'part':
      case 'nonsense':
      case 'stall':
        carryOutHalfWay((result) => answer(takes / 2, result));
        return;
      case 'fail':
      case 'throttle':
      case 'deny':
        fail(fate.fate, takes);
        return;
      case 'lose':
        fail('lose', timeout);
        return;
      case 'lose-answer':
        clock.after(takes / 2, () => void attempt(() => carryOut(fate, invocation)));
        fail('lose-answer', timeout);
        return;
      case 'late': {
        const { by } = fate;
        if (by > timeout) fail('late', timeout);
        carryOutAt(
          clock,
          by / 2,
          () => carryOut(fate, invocation),
          (result) => {
            if (by <= timeout) answer(by / 2, result);
          },
        );
        return;
      }
      case 'twice':
        clock.after(takes / 4, () => void attempt(() => carryOut(fate, invocation)));
        carryOutHalfWay((result) => answer(takes / 2, result));
        return;
      case 'die':
        if (fate.when === 'before') {
          // Not before the handler has returned to Lambda, which otherwise would not know yet what was killed.
          clock.after(0, () => invocation.machine.kill());
          return;
        }
        carryOutHalfWay(() => {
          if (fate.when === 'during') invocation.machine.kill();
          else clock.after(takes / 2, () => invocation.machine.kill());
        });
        return;
    }
  });

/** Does it at that time, and hands on how it went. */
const carryOutAt = <Result>(
  clock: Clock,
  after: number,
  work: () => Result,
  then: (result: () => Result) => void,
): void => clock.after(after, () => then(attempt(work)));

/** How it went: what it gives, or throws, when asked. */
const attempt = <Result>(work: () => Result): (() => Result) => {
  try {
    const result = work();
    return () => result;
  } catch (error) {
    return () => {
      throw error;
    };
  }
};
