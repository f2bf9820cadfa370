import { expect, test } from '@jest/globals';
import { deadline } from '../../../lambdas/fan-out/deadline.ts';

test.each([
  [30_000, true, true],
  [4_000, true, true],
  [3_999.9, false, true],
  [500.1, false, true],
  [500, false, false],
  [-1, false, false],
])('with %d ms left, a call of the work may begin: %s, and the note: %s', (remaining, work, note) => {
  const time = deadline(() => remaining);
  expect(time.allowsWork()).toBe(work);
  expect(time.note() !== undefined).toBe(note);
});

test('what is left may be no whole number: the work is given up in time, and the note behind it', async () => {
  const started = performance.now();
  const end = started + 3_050.25;
  const { work, note } = deadline(() => end - performance.now());
  expect(work.aborted).toBe(false);
  await new Promise((resolve) => work.addEventListener('abort', resolve));
  expect(performance.now() - started).toBeLessThan(1_000);
  expect(note()?.aborted).toBe(false);
});

test('without time the work is given up at once', async () => {
  const { work } = deadline(() => 100);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(work.aborted).toBe(true);
});
