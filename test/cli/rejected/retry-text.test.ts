import { expect, test } from '@jest/globals';
import { countsText } from '../../../cli/rejected/retry-text.ts';

test('deliveries are counted by source, outcome and reason, and say why they failed', () => {
  const events = [{ key: 'k', entity: 'customer' }];
  const text = countsText([
    { id: 'a', source: 'shop', outcome: 'would-store', events },
    { id: 'b', source: 'shop', outcome: 'would-store', events },
    { id: 'c', source: 'shop', outcome: 'refused', reason: 'stale', detail: '3601 s old' },
    { id: 'd', source: 'shop', outcome: 'refused', reason: 'stale', detail: '3602 s old' },
    { id: 'e', source: 'shop', outcome: 'failed', detail: 'its body can’t be read from the bucket' },
    {
      id: 'f',
      source: 'other',
      outcome: 'failed',
      reason: 'secret-unavailable',
      detail: 'GetSecretValue failed',
    },
  ]);
  expect(text.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
    ['SOURCE', 'OUTCOME', 'REASON', 'DELIVERIES', 'EVENTS', 'SUCH AS'],
    ['shop', 'genuine: to be stored', '2', '2', 'a'],
    ['shop', 'still refused', 'stale', '2', 'c'],
    ['shop', 'can’t be checked or stored now', 'its body can’t be read from the bucket', '1', 'e'],
    ['other', 'can’t be checked or stored now', 'secret-unavailable: GetSecretValue failed', '1', 'f'],
  ]);
});
