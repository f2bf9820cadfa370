import type { BenchContext } from '../bench-context.ts';
import type { Measurement } from '../measurement.ts';
import { type ContenderOptions, startContender } from '../process/contender.ts';
import type { StubCall } from '../stub/stub.ts';
import { FAN_OUT, fanOutOptions, someBatches } from './fan-out-cpu.ts';
import { ingestOptions } from './ingest-cpu.ts';

/** AWS calls and round trips, counted on the wire. */
export const awsCalls = async (bench: BenchContext): Promise<readonly Measurement[]> => {
  const ingest = await callsOfTheLast(bench, {
    ...(await ingestOptions(bench, 'altoviz')),
    bundle: await bench.bundles.of('lambdas/ingest/functions/altoviz.ts'),
  });
  const fanOut = await callsOfTheLast(bench, {
    ...fanOutOptions(bench),
    bundle: await bench.bundles.of(FAN_OUT),
    events: await someBatches(bench, 4),
  });
  return [
    {
      id: 'aws-calls/ingest',
      what: 'AWS calls before the answer',
      ours: ingest.length,
      unit: 'calls',
      figure: ingest.length,
      target: { is: 'at most', value: 1 },
    },
    {
      id: 'aws-calls/fan-out',
      what: 'AWS round trips of a fan-out batch of ten different entities',
      ours: roundTrips(fanOut),
      unit: 'round trips',
      figure: roundTrips(fanOut),
      target: { is: 'at most', value: 2 },
    },
  ];
};

/** The first invocation may ask for a secret; what counts is what every other does. */
const callsOfTheLast = async (
  bench: BenchContext,
  options: ContenderOptions,
): Promise<readonly StubCall[]> => {
  const contender = await startContender(options);
  try {
    await contender.run(3);
    // So slow that what is sent side by side overlaps.
    await bench.stub.tell({ delay: 50 });
    await contender.run(1);
    return await bench.stub.tell({ delay: 0 });
  } finally {
    await contender.stop();
  }
};

/** How many calls had to wait for each other: the longest row in which each came in after the one before was answered. */
export const roundTrips = (calls: readonly StubCall[]): number => {
  const depths: { readonly depth: number; readonly answeredAt: number }[] = [];
  for (const { startedAt, answeredAt } of calls.toSorted((one, other) => one.startedAt - other.startedAt)) {
    const before = depths.filter((earlier) => earlier.answeredAt <= startedAt);
    depths.push({ depth: 1 + Math.max(0, ...before.map(({ depth }) => depth)), answeredAt });
  }
  return Math.max(0, ...depths.map(({ depth }) => depth));
};
