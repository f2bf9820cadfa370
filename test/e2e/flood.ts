// `npm run flood`: twenty thousand forged deliveries against the local stack on this machine, and what became of its memory
// and of the genuine deliveries among them. `npm test` does the same with a tenth of them.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { SingleBar } from 'cli-progress';
import { synthesize } from '../../local/synthesize.ts';
import { type FloodResult, flood, LEAKY_FUNCTION } from './attackers/support/flood.ts';
import { faultsOf } from './attackers/support/flood-limits.ts';

const FORGED = 20_000;

const assembly = await mkdtemp(join(tmpdir(), 'gatepost-flood-'));
process.env.GATEPOST_TEST_ASSEMBLY = assembly;
const bar = new SingleBar({ format: '{bar} {value} of {total} forged deliveries' });

const report = ({ forged, seconds, latencies, stored, growth }: FloodResult): string => {
  const kilobytes = [...growth]
    .filter(([name]) => name !== LEAKY_FUNCTION)
    .map(([name, bytes]) => `  ${name.padEnd(36)}${(bytes / 1024).toFixed(0).padStart(8)} KB`);
  const share = (part: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * part))];
  return [
    `${forged} forged deliveries in ${seconds.toFixed(1)} s, ${Math.round(forged / seconds)} a second`,
    `${latencies.length} genuine ones among them, ${stored} stored; answered in ${share(0.5)?.toFixed(0)} ms (median), ${share(0.99)?.toFixed(0)} ms (99 of 100), ${share(1)?.toFixed(0)} ms (longest)`,
    'memory that a function holds more at the end than after a quarter of them:',
    ...kilobytes,
  ].join('\n');
};

try {
  await synthesize(resolve(import.meta.dirname, '../..'), assembly, 'node_modules/.bin/node test/e2e/app.ts');
  bar.start(FORGED, 0);
  const result = await flood({ forged: FORGED, progress: (done) => bar.update(done) });
  bar.update(FORGED);
  bar.stop();
  console.log(report(result));
  for (const fault of faultsOf(result)) {
    console.error(fault);
    process.exitCode = 1;
  }
} finally {
  bar.stop();
  await rm(assembly, { recursive: true });
}
