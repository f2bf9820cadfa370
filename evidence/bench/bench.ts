import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../../lib/project-root.ts';
import { errorMessage } from '../../local/support/error-message.ts';
import { startBench } from './bench-context.ts';
import { reachedIn } from './committed.ts';
import { thisMachine } from './machine.ts';
import { isBadlyMissed, isReached, type Measurement } from './measurement.ts';
import { type BenchOptions, readOptions } from './options.ts';
import { benchmarksPage } from './page.ts';
import { benchmarksPlot } from './plot.ts';
import { ROWS } from './rows/rows.ts';

// `npm run bench`: measures, writes docs/benchmarks.md and its plot. Exits with 1 where a target that the page has as
// reached is badly missed, and with 2 where it could not measure.

const PAGE = join(PROJECT_ROOT, 'docs', 'benchmarks.md');
const PLOT = join(PROJECT_ROOT, 'docs', 'benchmarks.svg');

const bench = async ({ rows, quick }: BenchOptions): Promise<void> => {
  const measurements = await measure({ rows, quick });
  const reached = reachedIn(await readFile(PAGE, 'utf8').catch(() => ''));
  const lost = measurements.filter(
    (measurement) => reached.has(measurement.id) && isBadlyMissed(measurement),
  );
  for (const { id, figure, target } of lost) {
    console.error(
      `${id}: ${figure.toFixed(2)}, which was to be ${target.is} ${target.value} and was reached`,
    );
  }
  // Rough figures prove nothing.
  if (quick) return;
  if (lost.length > 0) process.exitCode = 1;
  else if (rows.length === Object.keys(ROWS).length) {
    await writeFile(PAGE, benchmarksPage(measurements, thisMachine()));
    await writeFile(PLOT, benchmarksPlot(measurements));
  }
};

const measure = async ({ rows, quick }: BenchOptions): Promise<readonly Measurement[]> => {
  const context = await startBench(quick);
  try {
    const all: Measurement[] = [];
    for (const name of rows) {
      const measurements = await ROWS[name](context);
      for (const measurement of measurements) console.log(line(measurement));
      all.push(...measurements);
    }
    return all;
  } finally {
    await context.end();
  }
};

const line = (measurement: Measurement): string => {
  const { id, figure, target, ours, unit } = measurement;
  const status = isReached(measurement) ? 'reached' : 'missed';
  return `${id.padEnd(32)} ${ours.toFixed(1).padStart(10)} ${unit.padEnd(11)} ${figure.toFixed(2).padStart(8)}   ${target.is} ${target.value}: ${status}`;
};

try {
  await bench(readOptions(process.argv.slice(2)));
} catch (error) {
  console.error(errorMessage(error));
  process.exitCode = 2;
}
