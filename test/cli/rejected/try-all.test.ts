import { expect, test } from '@jest/globals';
import { toTakeBack, tryAll } from '../../../cli/rejected/try-all.ts';
import { MAX_IDS } from '../../../lambdas/rejected/call.ts';
import type { Retrial } from '../../../lambdas/rejected/retry.ts';

/** As the function answers: where one fails, it tries none of the same source after it. */
const answer = (sourceOf: (id: string) => string, failing: string) => {
  const calls: (readonly string[])[] = [];
  const call = async (ids: readonly string[]): Promise<readonly Retrial[]> => {
    calls.push(ids);
    let isStopped = false;
    return ids.map((id): Retrial => {
      const source = sourceOf(id);
      const isAfter = isStopped && source === sourceOf(failing);
      if (id === failing) isStopped = true;
      return { id, source, outcome: isAfter ? 'not-tried' : id === failing ? 'failed' : 'stored' };
    });
  };
  return { call, calls };
};

const names = (count: number) => Array.from({ length: count }, (_, index) => String(index).padStart(3, '0'));

test('where one fails, later ones of its source wait, and those of other sources are tried', async () => {
  const ids = names(3 * MAX_IDS);
  const sourceOf = (id: string) => (Number(id) % 2 === 0 ? 'even' : 'odd');
  const { call, calls } = answer(sourceOf, '004');
  const retrials = await tryAll(
    ids.map((id) => ({ id, source: sourceOf(id) })),
    call,
  );
  expect(retrials.map(({ id }) => id).toSorted()).toEqual(ids);
  expect(retrials.filter(({ source }) => source === 'odd').every(({ outcome }) => outcome === 'stored')).toBe(
    true,
  );
  const even = retrials.filter(({ source }) => source === 'even');
  expect(even.slice(0, 4).map(({ outcome }) => outcome)).toEqual(['stored', 'stored', 'failed', 'not-tried']);
  expect(even.slice(3).every(({ outcome }) => outcome === 'not-tried')).toBe(true);
  expect(calls.slice(1).flat().map(sourceOf)).not.toContain('even');
});

test('what there was no time for is tried again, in order', async () => {
  const calls: (readonly string[])[] = [];
  const retrials = await tryAll(
    names(MAX_IDS + 2).map((id) => ({ id })),
    async (ids) => {
      calls.push(ids);
      return ids.map((id, index) => ({ id, source: 'shop', outcome: index < 10 ? 'stored' : 'not-tried' }));
    },
  );
  expect(retrials.map(({ id }) => id)).toEqual(names(MAX_IDS + 2));
  expect(retrials.every(({ outcome }) => outcome === 'stored')).toBe(true);
  expect(calls.map(([first]) => first)).toEqual(['000', '010', '020']);
});

test('of a source nothing is taken back behind what can’t be checked now', () => {
  const at = (minute: number) => `2026-11-21T10:0${minute}:00.000Z`;
  const checked: readonly Retrial[] = [
    { id: 'd', source: 'shop', receivedAt: at(4), outcome: 'would-store' },
    { id: 'a', source: 'shop', receivedAt: at(1), outcome: 'would-confirm' },
    { id: 'b', source: 'shop', receivedAt: at(2), outcome: 'failed' },
    { id: 'c', source: 'other', receivedAt: at(3), outcome: 'would-store' },
    { id: 'e', source: 'other', receivedAt: at(5), outcome: 'refused' },
  ];
  expect(toTakeBack(checked).map(({ id }) => id)).toEqual(['a', 'c']);
});
