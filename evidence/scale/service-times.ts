import { exponential } from './random.ts';

/** What the functions take, from the page of benchmarks. */
export interface Measured {
  /** Processor time of an ingest, in µs: of the provider that takes longest. */
  readonly ingestUs: number;
  /** Processor time of an event in fan-out, in µs. */
  readonly fanOutUs: number;
}

/**
 * Reads what the functions take out of the page of benchmarks.
 *
 * @throws {Error} where it isn't there.
 */
export const readMeasured = (page: string): Measured => {
  const all = [...page.matchAll(/^\| `(ingest-cpu\/[^`]+|fan-out-cpu)` +\|[^|]*\| ([\d,.]+) µs +\|/gm)].map(
    ([, id = '', figure = '']) => [id, Number(figure.replaceAll(',', ''))] as const,
  );
  const ingests = all.filter(([id]) => id.startsWith('ingest-cpu/')).map(([, figure]) => figure);
  const fanOutUs = all.find(([id]) => id === 'fan-out-cpu')?.[1];
  if (ingests.length === 0 || fanOutUs === undefined) {
    throw new Error('docs/benchmarks.md has no processor times: run npm run bench');
  }
  return { ingestUs: Math.max(...ingests), fanOutUs };
};

/** What was not measured. It was not measured in AWS, where this has not run: replace it by what your own metrics say. */
export const ASSUMED = {
  /** How long SQS takes to answer, in ms, on average. */
  sendMs: 10,
  /** How long DynamoDB takes to answer a write, in ms, on average. */
  putMs: 6,
  /** How many entities the events are about, each as often. */
  entities: 20_000,
  /** How large an item of the event log is, in KB, rounded up as it is billed. */
  itemKilobytes: 1,
} as const;

/** For so many MB a function gets a whole processor. https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const MEGABYTES_OF_A_PROCESSOR = 1_769;

const onShare = (us: number, megabytes: number): number =>
  (us / 1000) * (MEGABYTES_OF_A_PROCESSOR / megabytes);

/** How long an ingest takes, in ms. */
export const ingestMs =
  ({ ingestUs }: Measured, megabytes: number) =>
  (_sizes: readonly number[], random: () => number): number =>
    onShare(ingestUs, megabytes) + exponential(random, ASSUMED.sendMs);

/**
 * How long fan-out takes for a batch, in ms: its processor time, and two round trips for each wave. A wave has the next
 * event of every group, and waits for the slowest of its claims.
 */
export const fanOutMs =
  ({ fanOutUs }: Measured, megabytes: number) =>
  (sizes: readonly number[], random: () => number): number => {
    let ms = 0;
    for (const size of sizes) ms += onShare(fanOutUs, megabytes) * size;
    for (let wave = 0; wave < Math.max(...sizes); wave++) {
      let slowest = 0;
      for (const size of sizes)
        if (size > wave) slowest = Math.max(slowest, exponential(random, ASSUMED.putMs));
      ms += slowest + exponential(random, ASSUMED.sendMs);
    }
    return ms;
  };

/** How long fan-out takes for a full batch of events of different entities, in ms, on average. */
export const fullBatchMs = ({ fanOutUs }: Measured, megabytes: number): number => {
  // The slowest of ten claims: the mean of the largest of exponential times is the mean times 1 + 1/2 + … + 1/10.
  const slowest = Array.from({ length: BATCH }, (_, index) => ASSUMED.putMs / (index + 1));
  return BATCH * onShare(fanOutUs, megabytes) + slowest.reduce((sum, ms) => sum + ms, 0) + ASSUMED.sendMs;
};

/** The most messages in a batch. */
export const BATCH = 10;
