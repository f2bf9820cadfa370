import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { tokenBucket } from '../../../lambdas/ingest/token-bucket.ts';

test('gives as many at once as a minute allows, and then one in each part of a minute', () => {
  let now = 1_000_000;
  const take = tokenBucket(6, () => now);
  expect(Array.from({ length: 8 }, take)).toEqual([true, true, true, true, true, true, false, false]);
  now += 9_999;
  expect(take()).toBe(false);
  now += 1;
  expect([take(), take()]).toEqual([true, false]);
  now += 10 * 60_000;
  expect(Array.from({ length: 7 }, take).filter(Boolean)).toHaveLength(6);
});

test('whatever the clock does, no minute gets more than twice as many', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -5_000, max: 5_000 }), { maxLength: 200 }), (steps) => {
      let now = 0;
      const take = tokenBucket(6, () => now);
      let taken = 0;
      let passed = 0;
      for (const step of steps) {
        now += step;
        passed += Math.abs(step);
        if (take()) taken++;
      }
      expect(taken).toBeLessThanOrEqual(6 + (6 * passed) / 60_000);
    }),
  );
});
