import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { reachedIn } from '../../../evidence/bench/committed.ts';
import { isBadlyMissed, isReached, type Measurement } from '../../../evidence/bench/measurement.ts';
import { readOptions } from '../../../evidence/bench/options.ts';
import { benchmarksPage } from '../../../evidence/bench/page.ts';
import {
  type Contender,
  type ContenderOptions,
  startContender,
} from '../../../evidence/bench/process/contender.ts';
import { race } from '../../../evidence/bench/process/race.ts';
import { roundTrips } from '../../../evidence/bench/rows/calls.ts';
import { median, medianRatio } from '../../../evidence/bench/statistics.ts';
import { readMeasured } from '../../../evidence/scale/service-times.ts';

const MACHINE = { cores: 2, model: 'a processor', gigabytes: 4, node: 'v24.0.0', date: '2026-11-22' };

const aMeasurement = (over: Partial<Measurement> = {}): Measurement => ({
  id: 'fan-out-cpu',
  what: 'processor time',
  ours: 1_234.5,
  other: { name: 'the calls alone', value: 1_000 },
  unit: 'µs',
  figure: 1.2345,
  target: { is: 'at most', value: 1.25 },
  ...over,
});

test('the median is one of the values or between two, and half of them lie on each side', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 1, maxLength: 30 }), (values) => {
      const middle = median(values);
      const half = values.length / 2;
      expect(values.filter((value) => value < middle).length).toBeLessThanOrEqual(half);
      expect(values.filter((value) => value > middle).length).toBeLessThanOrEqual(half);
    }),
  );
});

test('what slows down a turn as a whole doesn’t change the ratio', () => {
  expect(medianRatio([10, 100, 1000], [20, 200, 2000])).toBe(0.5);
});

describe('round trips', () => {
  const call = (startedAt: number, answeredAt: number) => ({
    action: 'PutItem',
    input: {},
    startedAt,
    answeredAt,
  });

  test.each([
    ['nothing', [], 0],
    ['side by side', [call(0, 10), call(1, 11), call(9, 12)], 1],
    ['one after the other', [call(0, 10), call(10, 20), call(25, 30)], 3],
    ['claims, then sends', [call(0, 10), call(0, 12), call(13, 20), call(13, 22)], 2],
  ])('%s', (_name, calls, expected) => {
    expect(roundTrips(calls)).toBe(expected);
  });
});

describe('the page', () => {
  const missed = aMeasurement({ id: 'start/fan-out', figure: 1.3, reason: 'it is so' });
  const page = benchmarksPage([aMeasurement(), missed], MACHINE);

  test('says of each row whether its target was reached, so that the next run knows', () => {
    expect(reachedIn(page)).toEqual(new Set(['fan-out-cpu']));
    expect(page).toContain('`start/fan-out` is missed: it is so.');
  });

  test('is where the processor times of the simulation come from', () => {
    const ingest = aMeasurement({ id: 'ingest-cpu/ivvy', ours: 987.6 });
    expect(readMeasured(benchmarksPage([ingest, aMeasurement()], MACHINE))).toEqual({
      ingestUs: 988,
      fanOutUs: 1235,
    });
    expect(() => readMeasured('nothing')).toThrow('npm run bench');
  });
});

test('a target that is missed by little is missed, one that is missed by much is missed badly', () => {
  const figures = [1.25, 1.26, 1.37, 1.38];
  expect(figures.map((figure) => isReached(aMeasurement({ figure })))).toEqual([true, false, false, false]);
  expect(figures.map((figure) => isBadlyMissed(aMeasurement({ figure })))).toEqual([
    false,
    false,
    false,
    true,
  ]);
  const more = { target: { is: 'at least', value: 1 } } as const;
  expect(isBadlyMissed(aMeasurement({ ...more, figure: 0.95 }))).toBe(false);
  expect(isBadlyMissed(aMeasurement({ ...more, figure: 0.85 }))).toBe(true);
});

test('a row that there is not is named, with those that there are', () => {
  expect(readOptions(['--only', 'start', '--quick'])).toEqual({ rows: ['start'], quick: true });
  expect(() => readOptions(['--only', 'stat'])).toThrow('there is no row "stat"; there are ingest-cpu, ');
});

describe('a contender', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'gatepost-bench-test-'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  const written = async (code: string): Promise<ContenderOptions> => {
    const bundle = join(directory, `${code.length}.cjs`);
    await writeFile(bundle, code);
    return { bundle, events: [1, 2], answers: { ok: true }, environment: {} };
  };

  const starting = async (code: string): Promise<Contender> => startContender(await written(code));

  test('races another, and the one that works longer takes longer', async () => {
    const idle = await written('exports.handler = async () => ({ ok: true });');
    const busy = await written(
      'exports.handler = async () => { const end = performance.now() + 2; while (performance.now() < end); return { ok: true }; };',
    );
    const [one = [], other = []] = await race([idle, busy], { heats: 2, warmUp: 1, rounds: 3, calls: 10 });
    const cpu = (slices: typeof one) => median(slices.map(({ cpuUs }) => cpuUs));
    expect([one.length, other.length]).toEqual([6, 6]);
    expect(cpu(other)).toBeGreaterThan(cpu(one));
  });

  test('that answers anything else than it should is no contender', async () => {
    const wrong = await starting('exports.handler = async () => ({ ok: false });  ');
    try {
      await expect(wrong.run(1)).rejects.toThrow('ok is false, not true');
    } finally {
      await wrong.stop();
    }
  });

  test('whose bundle fails says why', async () => {
    await expect(starting('throw new Error("no such thing");')).rejects.toThrow('no such thing');
  });
});
