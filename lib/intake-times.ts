/* The times of the intake queue, which depend on each other. The simulation uses them too. */

/** A batch of ten takes well under a second; the rest is reserve. */
export const FAN_OUT_TIMEOUT_SECONDS = 30;

/** How long SQS remembers a deduplication id. */
export const DEDUPLICATION_SECONDS = 300;

/** The default visibility time-out: six times fan-out's time-out, as Lambda recommends. */
export const VISIBILITY_SECONDS = 6 * FAN_OUT_TIMEOUT_SECONDS;

/** A delivery in progress must not be received again. */
export const MIN_VISIBILITY_SECONDS = FAN_OUT_TIMEOUT_SECONDS;

/**
 * The next attempt may send at the end of its time-out, and SQS must then still remember the ids of the previous one. A
 * second time-out is reserve for Lambda's polling.
 */
export const MAX_VISIBILITY_SECONDS = DEDUPLICATION_SECONDS - 2 * FAN_OUT_TIMEOUT_SECONDS;

/** How many executions fan-out has at the same time at most, unless set. A new account has 10 for all its functions. */
export const MAX_CONCURRENCY = 5;
