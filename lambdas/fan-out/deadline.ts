/**
 * Until when an invocation may make calls. What is under way when Lambda ends a function may or may not have been done, and
 * whoever tries again would not know how far it came.
 */
export interface Deadline {
  /** Aborts the calls of the work when its time is up. */
  readonly work: AbortSignal;
  /** Whether there is time to begin a call of the work. */
  allowsWork(): boolean;
  /** Aborts the note of how far the work came; undefined if there is no time for it. */
  note(): AbortSignal | undefined;
}

/** What the note of the progress has at least, and what is left after it, in ms. */
const [NOTE_MS, REST_MS] = [2_500, 500];

/** A call that begins has at least this time, in ms. */
const CALL_MS = 1_000;

/** @param remaining the time until the function's time-out, in ms. */
export const deadline = (remaining: () => number): Deadline => {
  const work = after(remaining() - NOTE_MS - REST_MS);
  return {
    work,
    allowsWork: () => remaining() >= NOTE_MS + REST_MS + CALL_MS,
    note: () => (remaining() > REST_MS ? after(remaining() - REST_MS) : undefined),
  };
};

/** Aborts after so many ms. `AbortSignal.timeout` takes whole ones only. */
const after = (ms: number): AbortSignal => AbortSignal.timeout(Math.max(0, Math.floor(ms)));

/** The next try goes on where this one stopped. */
export class OutOfTime extends Error {
  override readonly name = 'OutOfTime';
}
