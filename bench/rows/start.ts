import { stat } from 'node:fs/promises';
import type { ProviderName } from '../../lambdas/providers/index.ts';
import type { BenchContext } from '../bench-context.ts';
import { fanOutEnvironment, ingestEnvironment } from '../environments.ts';
import type { Measurement } from '../measurement.ts';
import { startContender } from '../process/contender.ts';
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

const startOfIngest = async (
  bench: BenchContext,
  provider: ProviderName,
): Promise<readonly Measurement[]> => {
  const floor = provider === 'ivvy' ? 'start-ingest-without-secret' : 'start-ingest';
  // One peer is enough: it would be the same for each but for the name of a header.
  const peers = provider === 'altoviz' ? ['bench/peers/ingest.ts'] : [];
  const [ours = [], bare = [], peer] = await startsOf(
    bench,
    [`lambdas/providers/${provider}/ingest.ts`, `bench/floors/${floor}.ts`, ...peers],
    ingestEnvironment(provider, bench.stub.url),
  );
  const reason = `beside the clients its bundle holds middy, valibot for the settings and the provider's own code: ${await sizesOf(bench, `lambdas/providers/${provider}/ingest.ts`, `bench/floors/${floor}.ts`)}`;
  return beside(`ingest: ${provider}`, `ingest-${provider}`, reason, ours, bare, peer);
};

const startOfFanOut = async (bench: BenchContext): Promise<readonly Measurement[]> => {
  const [ours = [], bare = [], peer] = await startsOf(
    bench,
    [FAN_OUT, 'bench/floors/fan-out.ts', 'bench/peers/fan-out.ts'],
    fanOutEnvironment(ENTITIES, bench.stub.url),
  );
  const reason = `whose a delivery is only the delivery says, so the readers of all providers and the schemas of their settings are in its bundle: ${await sizesOf(bench, FAN_OUT, 'bench/floors/fan-out.ts')}`;
  return beside('fan-out', 'fan-out', reason, ours, bare, peer);
};

const beside = (
  what: string,
  id: string,
  reason: string,
  ours: readonly number[],
  bare: readonly number[],
  peer: readonly number[] | undefined,
): readonly Measurement[] => [
  {
    id: `start/${id}`,
    what: `start of ${what}`,
    ours: median(ours),
    other: { name: 'its SDK clients alone', value: median(bare) },
    unit: 'ms',
    figure: medianRatio(ours, bare),
    target: { is: 'at most', value: 1.15 },
    reason,
  },
  ...(peer === undefined
    ? []
    : [
        {
          id: `start-peer/${id}`,
          what: `start of ${what}`,
          ours: median(ours),
          other: { name: 'with Powertools', value: median(peer) },
          unit: 'ms' as const,
          figure: medianRatio(ours, peer),
          target: { is: 'at most' as const, value: 0.6 },
        },
      ]),
];

/** How large two bundles are: what is read at the start. */
const sizesOf = async ({ bundles }: BenchContext, ours: string, bare: string): Promise<string> => {
  const kilobytes = async (entry: string) => Math.round((await stat(await bundles.of(entry))).size / 1000);
  return `${await kilobytes(ours)} KB in the place of ${await kilobytes(bare)}`;
};

/**
 * Starts each entry again and again, in turns.
 *
 * @returns for each how long a start took, in ms, a turn each.
 */
const startsOf = async (
  { bundles, quick }: BenchContext,
  entries: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<readonly (readonly number[])[]> => {
  const times: number[][] = entries.map(() => []);
  const rounds = quick ? 3 : 15;
  for (let round = 0; round < rounds; round++) {
    for (const [index, entry] of entries.entries()) {
      const bundle = await bundles.of(entry);
      const contender = await startContender({ bundle, environment, events: [], answers: {} });
      times[index]?.push(contender.start.wallMs);
      await contender.stop();
    }
  }
  return times;
};
