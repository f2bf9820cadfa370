/* The times of the intake queue, in seconds. They depend on each other, and the simulation of the stack uses them too. */

/** Fan-out's time-out. A batch of ten takes well under a second; the rest is reserve. */
export const FAN_OUT_TIMEOUT_SECONDS = 30;

/** For so long SQS remembers a deduplication id. */
export const DEDUPLICATION_SECONDS = 300;

/** How long a delivery that failed waits for its next try, unless set otherwise: six times the time-out, as Lambda asks for. */
export const VISIBILITY_SECONDS = 6 * FAN_OUT_TIMEOUT_SECONDS;

/** The minimum: a delivery in progress must not be received again. */
export const MIN_VISIBILITY_SECONDS = FAN_OUT_TIMEOUT_SECONDS;

/**
 * The most that it may be set to. The next try may send at the last moment of its time, and SQS has still to know what the
 * one before sent; as much again is for Lambda, which doesn't poll at once.
 */
export const MAX_VISIBILITY_SECONDS = DEDUPLICATION_SECONDS - 2 * FAN_OUT_TIMEOUT_SECONDS;
