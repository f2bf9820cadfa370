import { seeded } from './random.ts';
import { ASSUMED, BATCH, fanOutMs, fullBatchMs, ingestMs, type Measured } from './service-times.ts';
import { type QueueRun, simulate } from './simulation.ts';

/** What the functions have. */
export interface Sizes {
  readonly ingestMegabytes: number;
  readonly fanOutMegabytes: number;
}

/** Both stages at one rate. */
export interface RateRun {
  /** Deliveries a second. */
  readonly rate: number;
  readonly ingest: QueueRun;
  readonly fanOut: QueueRun;
  /** How many executions of fan-out are busy if every batch is full: fewer can't keep up. */
  readonly fullBatches: number;
}

/** The rates that are looked at, in deliveries a second. */
export const RATES = [100, 1_000, 10_000] as const;

const SEED = 20_261_122;
/** So long it runs, in seconds of virtual time, but no more messages than that. */
const SECONDS = 120;
const MOST_MESSAGES = 400_000;
const ENOUGH = 100_000;

/** Runs both stages at a rate, with as many executions as they want. */
export const runAt = (rate: number, measured: Measured, sizes: Sizes): RateRun => ({
  rate,
  ingest: simulate({
    ...arrivals(rate),
    // Ingests do not wait for each other.
    groups: 2 ** 30,
    servers: ENOUGH,
    batch: 1,
    serviceMs: ingestMs(measured, sizes.ingestMegabytes),
  }),
  fanOut: fanOutAt(rate, ENOUGH, measured, sizes),
  fullBatches: ((rate / BATCH) * fullBatchMs(measured, sizes.fanOutMegabytes)) / 1000,
});

/**
 * Runs fan-out at a rate.
 *
 * @param servers how many executions it may have.
 */
export const fanOutAt = (
  rate: number,
  servers: number,
  measured: Measured,
  { fanOutMegabytes }: Sizes,
): QueueRun =>
  simulate({
    ...arrivals(rate),
    groups: ASSUMED.entities,
    servers,
    batch: BATCH,
    serviceMs: fanOutMs(measured, fanOutMegabytes),
  });

const arrivals = (rate: number) => ({
  rate,
  messages: Math.min(rate * SECONDS, MOST_MESSAGES),
  random: seeded(SEED),
});
