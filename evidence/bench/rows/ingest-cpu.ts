import type { BenchContext } from '../bench-context.ts';
import { deliveriesOf, toApiEvent } from '../deliveries.ts';
import { ingestEnvironment } from '../environments.ts';
import type { Measurement } from '../measurement.ts';
import type { ContenderOptions } from '../process/contender.ts';
import { race } from '../process/race.ts';
import type { BenchedProvider } from '../sources.ts';
import { PROVIDERS } from '../sources.ts';
import { median, medianRatio } from '../statistics.ts';

/** Processor time of one ingest, for each provider. */
export const ingestCpu = async (bench: BenchContext): Promise<readonly Measurement[]> => {
  const measurements: Measurement[] = [];
  for (const provider of PROVIDERS) measurements.push(await measure(bench, provider));
  return measurements;
};

const measure = async (bench: BenchContext, provider: BenchedProvider): Promise<Measurement> => {
  const [ours = [], floor = []] = await raceCpu(
    [
      await bench.bundles.of(`lambdas/ingest/functions/${provider}.ts`),
      await bench.bundles.of(`evidence/bench/floors/ingest-${provider}.ts`),
    ],
    await ingestOptions(bench, provider),
    bench,
  );
  return {
    id: `ingest-cpu/${provider}`,
    what: `processor time of one ingest: ${provider}`,
    ours: median(ours),
    other: { name: 'check, parse, one SendMessage', value: median(floor) },
    unit: 'µs',
    figure: medianRatio(ours, floor),
    target: { is: 'at most', value: 1.4 },
    reason:
      'the floor finds no event for a message group, sends neither settings nor headers along, and prints nothing; what ours does beyond it is JSON, three hashes and one write of two lines',
  };
};

/** What a provider's ingest function, and whatever is held against it, is given. */
export const ingestOptions = async (
  { pki, outside, stub }: BenchContext,
  provider: BenchedProvider,
): Promise<Omit<ContenderOptions, 'bundle'>> => {
  const requests = await deliveriesOf(provider, pki).sign(64);
  return {
    events: requests.map((request) => toApiEvent(request, provider)),
    answers: { statusCode: 200 },
    environment: ingestEnvironment(provider, stub.url),
    outside: { port: outside.port, caCert: pki.caCert },
  };
};

/**
 * Lets bundles race.
 *
 * @returns for each the processor time of a call in µs, a turn each.
 */
export const raceCpu = async (
  files: readonly string[],
  options: Omit<ContenderOptions, 'bundle'>,
  { quick }: BenchContext,
): Promise<readonly (readonly number[])[]> => {
  const course = quick ? QUICK : FULL;
  const slices = await race(
    files.map((bundle) => ({ ...options, bundle })),
    course,
  );
  return slices.map((each) => each.map(({ cpuUs }) => cpuUs / course.calls));
};

const FULL = { heats: 4, warmUp: 400, rounds: 3, calls: 150 } as const;
const QUICK = { heats: 1, warmUp: 200, rounds: 4, calls: 100 } as const;
