import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, jest, test } from '@jest/globals';
import { parseOptions, UsageError } from '../../../evidence/simulation/options.ts';
import { simulate } from '../../../evidence/simulation/simulate.ts';

jest.setTimeout(60_000);

/** What `npm run simulate` says and gives. */
const run = async (...args: readonly string[]) => {
  const [out, err] = [new PassThrough(), new PassThrough()];
  const code = await simulate(args, out, err);
  out.end();
  err.end();
  return { code, out: await text(out), err: await text(err) };
};

test('what was kept is said in a line', async () => {
  const { code, out } = await run('--seeds', '3');
  expect(code).toBe(0);
  expect(out).toMatch(/^3 schedules in [\d.]+ s: all promises were kept\n$/);
});

test('what was broken is printed as a schedule that can be run again', async () => {
  const { code, out } = await run('--seeds', '50', '--mutant', 'claim-without-delivery-id');
  expect(code).toBe(1);
  expect(out).toContain('was answered with 200 and is in no queue');
  expect(out).toMatch(/npm run simulate -- --seed \d+ --mutant claim-without-delivery-id/);

  const directory = await mkdtemp(join(tmpdir(), 'gatepost-simulation-'));
  const file = join(directory, 'schedule.json');
  await writeFile(file, out.slice(out.indexOf('{ "seed"'), out.lastIndexOf('] }') + '] }'.length));
  const again = await run('--schedule', file, '--mutant', 'claim-without-delivery-id');
  const mended = await run('--schedule', file);
  await rm(directory, { recursive: true });
  expect([again.code, mended.code]).toEqual([1, 0]);
});

describe('what is not understood', () => {
  test.each([
    [['--seeds', 'many'], '--seeds must be a whole number from 1'],
    [['--seeds', '0'], '--seeds must be a whole number from 1'],
    [['--from', '-1'], "'--from'"],
    [['--mutant', 'nobody'], '--mutant must be one of those that "--mutant list" names'],
    [['--schedule', '/nowhere'], "/nowhere can't be read as a schedule"],
    [['--sees', '1'], "Unknown option '--sees'"],
  ])('%j', async (args, sentence) => {
    const { code, err } = await run(...args);
    expect(code).toBe(2);
    expect(err).toContain(sentence);
  });
});

test('help and the list of mutants are for reading', async () => {
  expect((await run('--help')).out).toContain('--seeds <n>');
  expect((await run('--mutant', 'list')).out.split('\n')).toContain('send-before-claim');
});

test('one seed is that seed and no more', () => {
  expect(parseOptions(['--seed', '17', '--seeds', '5'])).toMatchObject({ from: 17, seeds: 1 });
  expect(() => parseOptions(['--seed', 'x'])).toThrow(UsageError);
});
