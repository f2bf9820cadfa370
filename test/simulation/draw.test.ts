import { expect, test } from '@jest/globals';
import { drawSchedule } from '../../simulation/draw.ts';
import type { Step } from '../../simulation/schedule.ts';

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
    'outage',
    'redrive',
    'repeat',
    'rotation',
  ] satisfies Step['step'][]);
  const fates = new Set(steps.flatMap((step) => ('fate' in step ? [step.fate.fate] : [])));
  expect(fates.size).toBe(10);
  const edges = new Set(steps.flatMap((step) => ('edge' in step ? [step.edge] : [])));
  expect(edges.size).toBe(11);
  // Hours, in which fan-out tries again and again.
  expect(steps.some((step) => step.step === 'outage' && step.lasts > 2 * 60 * 60_000)).toBe(true);
});

test('an event is given its number once', () => {
  for (const seed of SEEDS) {
    const events = drawSchedule(seed).steps.flatMap((step) => (step.step === 'event' ? [step.event] : []));
    expect(new Set(events).size).toBe(events.length);
  }
});
