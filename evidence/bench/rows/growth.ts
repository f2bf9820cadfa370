import type { BenchContext } from '../bench-context.ts';
import type { Measurement } from '../measurement.ts';
import { startContender } from '../process/contender.ts';
import { median, medianRatio } from '../statistics.ts';
import { FAN_OUT, fanOutOptions, racePerEvent, someBatches } from './fan-out-cpu.ts';

const LOG_SIZES = [1_000, 10_000, 100_000] as const;
const SOURCES = [1, 8, 32] as const;
/** How far apart the processor times of an event may be and still count as flat. */
const FLAT = 1.15;

/** Processor time of an event as the event log grows, and as the sources become more. */
export const growth = async (bench: BenchContext): Promise<readonly Measurement[]> => [
  flatness('growth/log', 'as the event log grows', LOG_SIZES, await byLogSize(bench)),
  flatness('growth/sources', 'as sources become more', SOURCES, await bySources(bench)),
];

const flatness = (
  id: string,
  what: string,
  sizes: readonly number[],
  times: readonly (readonly number[])[],
): Measurement => {
  const [first = []] = times;
  return {
    id,
    what: `processor time of an event ${what}: ${sizes.map((size) => size.toLocaleString('en-GB')).join(', ')}`,
    ours: median(times.at(-1) ?? []),
    other: { name: `with ${sizes[0]?.toLocaleString('en-GB')}`, value: median(first) },
    unit: 'µs',
    figure: Math.max(...times.map((list) => medianRatio(list, first))),
    target: { is: 'at most', value: FLAT },
  };
};

/** In fresh deliveries, each of which the log then remembers: a claim is looked for among all those before. */
const byLogSize = async (bench: BenchContext): Promise<readonly (readonly number[])[]> => {
  const { rounds, calls, warmUp } = turnsOf(bench);
  const events = await someBatches(bench, warmUp + rounds * calls * LOG_SIZES.length);
  const times: number[][] = LOG_SIZES.map(() => []);
  const fanOut = await startContender({
    ...fanOutOptions(bench),
    bundle: await bench.bundles.of(FAN_OUT),
    events,
  });
  try {
    await fanOut.run(warmUp);
    for (let round = 0; round < rounds; round++) {
      const order = [...LOG_SIZES.entries()];
      for (const [index, size] of round % 2 === 0 ? order : order.reverse()) {
        await bench.stub.tell({ remember: size });
        const { cpuUs } = await fanOut.run(calls);
        times[index]?.push(cpuUs / calls / 10);
      }
    }
    return times;
  } finally {
    await bench.stub.tell({ forget: true });
    await fanOut.stop();
  }
};

/** Batches whose ten deliveries come from as many sources as they can. */
const bySources = async (bench: BenchContext): Promise<readonly (readonly number[])[]> => {
  const bundle = await bench.bundles.of(FAN_OUT);
  const racers = SOURCES.map(async (sources) => ({ bundle, events: await someBatches(bench, 32, sources) }));
  return racePerEvent(bench, await Promise.all(racers));
};

const turnsOf = ({ quick }: BenchContext) =>
  quick ? { warmUp: 30, rounds: 3, calls: 15 } : { warmUp: 200, rounds: 12, calls: 30 };
