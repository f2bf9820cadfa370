import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { synthesize } from '../../../local/synthesize.ts';

/** Synthesizes the app under test once a run; every test file starts a gate of its own from the assembly. */
// biome-ignore lint/style/noDefaultExport: Jest calls it
export default async (): Promise<void> => {
  const directory = await mkdtemp(join(tmpdir(), 'gatepost-assembly-'));
  process.env.GATEPOST_TEST_ASSEMBLY = directory;
  await synthesize(PROJECT, directory, 'node_modules/.bin/node test/e2e/app.ts');
};

const PROJECT = resolve(import.meta.dirname, '../../..');
