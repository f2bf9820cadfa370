import { expect, test } from '@jest/globals';
import { drawSchedule } from '../../../evidence/simulation/draw.ts';
import {
  CLOCKS_DIFFER,
  FORGERIES,
  GARBLED,
  isOfSecret,
  MAX_COUNT,
  type Step,
} from '../../../evidence/simulation/schedule.ts';

const SEEDS = Array.from({ length: 3_000 }, (_, seed) => seed);

test('a seed always draws the same schedule, which survives being written down', () => {
  for (const seed of SEEDS.slice(0, 100)) {
    expect(drawSchedule(seed)).toEqual(drawSchedule(seed));
    expect(JSON.parse(JSON.stringify(drawSchedule(seed)))).toEqual(drawSchedule(seed));
  }
});

test('among the schedules is everything that can happen', () => {
  const steps = SEEDS.flatMap((seed) => drawSchedule(seed).steps);
  const kinds = new Set(steps.map((step) => step.step));
  expect([...kinds].toSorted()).toEqual([
    'certificate',
    'clock',
    'event',
    'fault',
    'forgery',
    'handshake',
    'mistake',
    'outage',
    'poison',
    'redrive',
    'repeat',
    'rotation',
    'take-back',
  ] satisfies Step['step'][]);
  const fates = new Set(steps.flatMap((step) => ('fate' in step ? [step.fate.fate] : [])));
  expect(fates.size).toBe(11);
  const edges = new Set(steps.flatMap((step) => ('edge' in step ? [step.edge] : [])));
  expect(edges.size).toBe(21);
  // Hours, in which fan-out tries again and again.
  expect(steps.some((step) => step.step === 'outage' && step.lasts > 2 * 60 * 60_000)).toBe(true);
});

test('among the events is every kind of delivery', () => {
  const events = SEEDS.flatMap((seed) => drawSchedule(seed).steps).filter((step) => step.step === 'event');
  const counts = events.map(({ count = 1 }) => count);
  expect(counts).toEqual(expect.arrayContaining([1, 2, 8, MAX_COUNT, MAX_COUNT + 1]));
  // Most are of one event, or of a few.
  expect(counts.filter((count) => count > 8).length).toBeLessThan(events.length / 20);
  expect(events.some(({ count = 1, entities = 1 }) => count > 10 && entities > 10)).toBe(true);
  for (const kind of GARBLED) expect(events.some(({ garbled }) => garbled === kind)).toBe(true);
  expect(events.filter(({ idOf }) => idOf !== undefined).length).toBeGreaterThan(events.length / 50);
  expect(events.filter(({ idless }) => idless === true).length).toBeGreaterThan(events.length / 50);
});

test('bodies are large around each limit, and a few sources are configured wrongly until it is mended', () => {
  const schedules = SEEDS.map(drawSchedule);
  const events = schedules.flatMap(({ steps }) => steps).filter((step) => step.step === 'event');
  const sizes = new Set(events.flatMap(({ size = 0 }) => size));
  expect(Math.max(...sizes)).toBe(20_000);
  expect(events.some(({ beside = 0, count = 1 }) => beside > 0 && count > 1)).toBe(true);
  expect(events.some(({ size = 0, garbled }) => size > 0 && garbled !== undefined)).toBe(true);

  const mistaken = schedules.filter(({ steps }) => steps.some(({ step }) => step === 'mistake'));
  expect(mistaken.length).toBeGreaterThan(SEEDS.length / 20);
  expect(mistaken.length).toBeLessThan(SEEDS.length / 4);
  const mistakes = mistaken.flatMap(({ steps }) => steps.filter((step) => step.step === 'mistake'));
  expect([...new Set(mistakes.map(({ what }) => what))].toSorted()).toEqual([
    'account',
    'address',
    'secret',
    'unset',
  ]);
  for (const { steps } of mistaken) {
    expect(steps.some(({ step }) => step === 'take-back')).toBe(true);
    const ofSecret = steps.filter((step) => step.step === 'mistake').filter(isOfSecret);
    const rotated = new Set(steps.flatMap((step) => (step.step === 'rotation' ? [step.source] : [])));
    expect(ofSecret.filter(({ source }) => source !== 'ivvy' && rotated.has(source))).toEqual([]);
  }
});

test('there is every kind of forgery, and at times a flood of one', () => {
  const forgeries = SEEDS.flatMap((seed) => drawSchedule(seed).steps).filter(
    (step) => step.step === 'forgery',
  );
  for (const kind of FORGERIES) expect(forgeries.some(({ how }) => how === kind)).toBe(true);
  expect(forgeries.some(({ times = 1 }) => times > 40)).toBe(true);
});

test('an event bears the id of an earlier one that has its own', () => {
  for (const seed of SEEDS) {
    const events = drawSchedule(seed).steps.filter((step) => step.step === 'event');
    for (const { idOf, at, source } of events) {
      if (idOf === undefined) continue;
      const other = events.find(({ event }) => event === idOf);
      expect(other).toMatchObject({ source });
      expect(other?.idOf).toBeUndefined();
      expect(other?.at).toBeLessThanOrEqual(at);
    }
  }
});

test('an event is given its number once', () => {
  for (const seed of SEEDS) {
    const events = drawSchedule(seed).steps.flatMap((step) => (step.step === 'event' ? [step.event] : []));
    expect(new Set(events).size).toBe(events.length);
  }
});

test('who comes with a revoked secret comes after its grace, by every clock there may be', () => {
  let seen = 0;
  for (const seed of SEEDS) {
    const { setup, steps } = drawSchedule(seed);
    const clocks = steps.filter((step) => step.step === 'clock');
    for (const each of Map.groupBy(clocks, ({ of }) => of).values()) {
      expect(Math.abs(each.reduce((sum, { by }) => sum + by, 0))).toBeLessThanOrEqual(CLOCKS_DIFFER);
    }
    const revoked = steps.filter((step) => step.step === 'forgery').filter(({ how }) => how === 'revoked');
    for (const rotation of steps.filter((step) => step.step === 'rotation')) {
      const graceEnds = rotation.at + setup.rotationGrace * 1_000 + CLOCKS_DIFFER;
      for (const { at } of revoked) expect(at).toBeGreaterThanOrEqual(graceEnds);
      seen += revoked.length;
    }
  }
  expect(seen).toBeGreaterThan(100);
});
