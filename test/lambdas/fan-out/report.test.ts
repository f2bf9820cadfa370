import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { report } from '../../../lambdas/fan-out/report.ts';
import type { Intake } from '../../../lambdas/fan-out/route.ts';
import { UNREADABLE_SOURCE } from '../../../lambdas/metric-schema.ts';
import { aDelivery, anEvent } from '../support/deliveries.ts';
import { catchOutput } from '../support/output.ts';

let lines: ReturnType<typeof catchOutput>;
beforeEach(() => {
  lines = catchOutput();
});
afterEach(() => {
  jest.restoreAllMocks();
});

const intake = (messageId: string, events: Intake['events']): Intake => ({
  messageId,
  group: 'any',
  delivery: { ...aDelivery(), deliveryId: `delivery-${messageId}` },
  events,
});
const logged = () => lines().filter(({ level }) => level !== undefined);
const counted = () => lines().filter(({ _aws }) => _aws !== undefined);

test('a line for each delivery says by its id what became of it, even where nothing was in it', () => {
  const event = { ...anEvent(), deliveryid: 'delivery-1' };
  report([intake('1', [event]), intake('2', []), intake('3', [anEvent()])], {
    routed: [event],
    duplicates: [],
    failed: new Map([['3', new TypeError('PAYLOAD')]]),
  });

  expect(logged().map(({ outcome, deliveryId }) => [outcome, deliveryId])).toEqual([
    ['routed', 'delivery-1'],
    ['empty', 'delivery-2'],
    ['failed', 'delivery-3'],
  ]);
  expect(JSON.stringify(lines())).not.toContain('PAYLOAD');
});

test('what failed is counted by its source, and what could not even be read apart from all sources', () => {
  const source = aDelivery().source.name;
  report([intake('1', [anEvent()]), intake('2', [])], {
    routed: [],
    duplicates: [],
    failed: new Map([
      ['1', new Error()],
      ['unreadable', new Error()],
    ]),
  });

  expect(counted().map((line) => [line.source, line.FanOutFailed, line.Empty])).toEqual([
    [source, 1, 1],
    [UNREADABLE_SOURCE, 1, undefined],
  ]);
});
