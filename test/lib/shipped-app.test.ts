import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from '@jest/globals';

const directory = mkdtempSync(join(tmpdir(), 'gatepost-shipped-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test('bin/gatepost.ts synthesizes, whatever its sources are', async () => {
  await promisify(execFile)(process.execPath, ['bin/gatepost.ts'], {
    env: {
      ...process.env,
      CDK_VALIDATION: 'false',
      CDK_OUTDIR: directory,
      CDK_CONTEXT_JSON: JSON.stringify({ 'aws:cdk:bundling-stacks': [] }),
    },
  });
  expect(readdirSync(directory)).toContain('manifest.json');
}, 60_000);
