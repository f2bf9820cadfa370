import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Gives all tests of a run one folder for their temporary files, which is gone when they are through: CDK leaves one behind
 * for each app, and so does a test that fails.
 */
// biome-ignore lint/style/noDefaultExport: Jest calls it
export default (): void => {
  const directory = mkdtempSync(join(tmpdir(), 'gatepost-tests-'));
  process.env.TMPDIR = directory;
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
};
