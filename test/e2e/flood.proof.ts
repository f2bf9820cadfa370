import { expect, test } from '@jest/globals';
import { flood, LEAKY_FUNCTION } from './attackers/support/flood.ts';
import { faultsOf, MAX_GROWTH } from './attackers/support/flood-limits.ts';

// A tenth of what `npm run flood` does.

test('two thousand forged deliveries leave the memory as it was, and the genuine ones among them get in', async () => {
  const result = await flood({ forged: 2_000 });
  expect(result.forged).toBe(2_000);
  expect(result.latencies).toHaveLength(40);
  expect(faultsOf(result)).toEqual([]);
  // The one function that keeps a little of every request: were it not seen, the others' growth would say nothing.
  expect(result.growth.get(LEAKY_FUNCTION)).toBeGreaterThan(MAX_GROWTH);
}, 120_000);
