import type { BenchContext } from '../bench-context.ts';
import type { Measurement } from '../measurement.ts';
import { median, medianRatio } from '../statistics.ts';
import { FAN_OUT, racePerEvent, someBatches } from './fan-out-cpu.ts';
import { ingestOptions, raceCpu } from './ingest-cpu.ts';

/** Processor time beside the same function written with Powertools. */
export const peersCpu = async (bench: BenchContext): Promise<readonly Measurement[]> => [
  await ingestBeside(bench),
  await fanOutBeside(bench),
];

const ingestBeside = async (bench: BenchContext): Promise<Measurement> => {
  const { bundles } = bench;
  const [ours = [], peer = []] = await raceCpu(
    [
      await bundles.of('lambdas/ingest/functions/altoviz.ts'),
      await bundles.withWholeSdk('evidence/bench/peers/ingest.ts'),
    ],
    await ingestOptions(bench, 'altoviz'),
    bench,
  );
  return beside('ingest', 'processor time of one ingest: altoviz', ours, peer);
};

const fanOutBeside = async (bench: BenchContext): Promise<Measurement> => {
  const events = await someBatches(bench, 32);
  const [ours = [], peer = []] = await racePerEvent(bench, [
    { bundle: await bench.bundles.of(FAN_OUT), events },
    { bundle: await bench.bundles.withWholeSdk('evidence/bench/peers/fan-out.ts'), events },
  ]);
  return beside('fan-out', 'processor time of one event in fan-out', ours, peer);
};

const beside = (id: string, what: string, ours: readonly number[], peer: readonly number[]): Measurement => ({
  id: `peer-cpu/${id}`,
  what,
  ours: median(ours),
  other: { name: 'with Powertools', value: median(peer) },
  unit: 'µs',
  figure: medianRatio(ours, peer),
  target: { is: 'at most', value: 1 },
});
