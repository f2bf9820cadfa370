import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const PROJECT = join(import.meta.dirname, '../..');

test('npx gatepost runs the command of this project, with the Node of this project', async () => {
  const { stdout } = await promisify(execFile)('npx', ['--offline', 'gatepost', '--help'], {
    cwd: join(PROJECT, 'docs'),
    // Without the project's own programs, as in a terminal.
    env: { ...process.env, NODE_OPTIONS: '', PATH: withoutProject(process.env.PATH ?? '') },
  });
  expect(stdout).toMatch(/^Usage: gatepost /);
  // npx takes its time where others work beside it.
}, 60_000);

const withoutProject = (path: string): string =>
  path
    .split(':')
    .filter((place) => !place.startsWith(PROJECT))
    .join(':');
