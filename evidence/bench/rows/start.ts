import type { BenchContext } from '../bench-context.ts';
import { fanOutEnvironment, ingestEnvironment } from '../environments.ts';
import type { Measurement } from '../measurement.ts';
import { startContender } from '../process/contender.ts';
import type { BenchedProvider } from '../sources.ts';
import { PROVIDERS } from '../sources.ts';
import { median, medianRatio } from '../statistics.ts';
import { ENTITIES, FAN_OUT } from './fan-out-cpu.ts';

/** The start of each function, from its import until its handler can be called, in fresh processes. */
export const starts = async (bench: BenchContext): Promise<readonly Measurement[]> => {
  const measurements: Measurement[] = [];
  for (const provider of PROVIDERS) measurements.push(...(await startOfIngest(bench, provider)));
  measurements.push(...(await startOfFanOut(bench)));
  return measurements;
};

const startOfIngest = (bench: BenchContext, provider: BenchedProvider): Promise<readonly Measurement[]> =>
  startOf(bench, {
    what: `ingest: ${provider}`,
    id: `ingest-${provider}`,
    entry: `lambdas/ingest/functions/${provider}.ts`,
    floor: `evidence/bench/floors/start-ingest${provider === 'ivvy' ? '-without-secret' : ''}.ts`,
    // One peer is enough: it would be the same for each but for the name of a header.
    peer: provider === 'altoviz' ? 'evidence/bench/peers/ingest.ts' : undefined,
    environment: ingestEnvironment(provider, bench.stub.url),
  });

const startOfFanOut = (bench: BenchContext): Promise<readonly Measurement[]> =>
  startOf(bench, {
    what: 'fan-out',
    id: 'fan-out',
    entry: FAN_OUT,
    floor: 'evidence/bench/floors/fan-out.ts',
    peer: 'evidence/bench/peers/fan-out.ts',
    environment: fanOutEnvironment(ENTITIES, bench.stub.url),
  });

/** A function, and what its start is held against. */
interface Start {
  readonly what: string;
  readonly id: string;
  readonly entry: string;
  /** The same SDK clients, and nothing else. */
  readonly floor: string;
  readonly peer: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
}

const startOf = async (
  bench: BenchContext,
  { what, id, entry, floor, peer, environment }: Start,
): Promise<readonly Measurement[]> => {
  const { bundles } = bench;
  const files = [
    await bundles.of(entry),
    await bundles.withWholeSdk(floor),
    ...(peer === undefined ? [] : [await bundles.withWholeSdk(peer)]),
  ];
  const [ours = [], clients = [], powertools] = await timeStarts(bench, files, environment);

  const beside = (row: string, name: string, others: readonly number[], most: number) =>
    ({
      id: `${row}/${id}`,
      what: `start of ${what}`,
      ours: median(ours),
      other: { name, value: median(others) },
      unit: 'ms',
      figure: medianRatio(ours, others),
      target: { is: 'at most', value: most },
    }) as const;
  return [
    beside('start', 'its SDK clients alone', clients, 0.8),
    ...(powertools === undefined ? [] : [beside('start-peer', 'with Powertools', powertools, 1)]),
  ];
};

/**
 * Starts each bundle again and again, in turns, A B B A ….
 *
 * @returns for each how long a start took, in ms, a turn each.
 */
const timeStarts = async (
  { quick }: BenchContext,
  files: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<readonly (readonly number[])[]> => {
  const times: number[][] = files.map(() => []);
  const rounds = quick ? 3 : 24;
  for (let round = 0; round < rounds; round++) {
    const order = [...files.entries()];
    if (round % 2 === 1) order.reverse();
    for (const [index, bundle] of order) {
      const contender = await startContender({ bundle, environment, events: [], answers: {} });
      times[index]?.push(contender.start.wallMs);
      await contender.stop();
    }
  }
  return times;
};
