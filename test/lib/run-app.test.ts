import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from '@jest/globals';

const directory = mkdtempSync(join(tmpdir(), 'gatepost-run-app-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Runs an app as the CDK CLI does. It ends with what `build` does. */
const runFailing = async (build: string) => {
  const script = `
    import { runApp } from ${JSON.stringify(resolve('lib/run-app.ts'))};
    import { SettingError } from ${JSON.stringify(resolve('lib/setting-error.ts'))};
    runApp(() => { ${build} });`;
  const env = { ...process.env, CDK_OUTDIR: directory };
  try {
    await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], { env });
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
  throw new Error('the app did not fail');
};

test('a wrong setting ends the app with its sentence and nothing else, and leaves no assembly', async () => {
  expect(await runFailing("throw new SettingError('prefix is wrong')")).toEqual({
    code: 1,
    stdout: '',
    stderr: 'prefix is wrong\n',
  });
  expect(readdirSync(directory)).not.toContain('manifest.json');
});

test('any other error keeps its stack trace', async () => {
  const { code, stderr } = await runFailing("throw new TypeError('a fault of ours')");
  expect(code).toBe(1);
  expect(stderr).toMatch(/TypeError: a fault of ours\n\s+at /);
});
