import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { GatepostEvent } from '../../../lambdas/events/event.ts';
import { OutOfTime } from '../../../lambdas/fan-out/deadline.ts';
import { report } from '../../../lambdas/fan-out/report.ts';
import type { ReceivedDelivery } from '../../../lambdas/fan-out/step.ts';
import { UNREADABLE_SOURCE } from '../../../lambdas/runtime/metric-schema.ts';
import { aDelivery, anEvent } from '../support/deliveries.ts';
import { interpreted } from '../support/interpreted.ts';
import { catchOutput } from '../support/output.ts';

let lines: ReturnType<typeof catchOutput>;
beforeEach(() => {
  lines = catchOutput();
});
afterEach(() => {
  jest.restoreAllMocks();
});

const intake = (messageId: string, events: readonly GatepostEvent[]): ReceivedDelivery => {
  const delivery = aDelivery({ deliveryId: `delivery-${messageId}` });
  return {
    messageId,
    tries: 1,
    group: 'any',
    delivery,
    events: events.map((event, number) => interpreted(event, { number })),
    part: () => delivery,
  };
};
const logged = () => lines().filter(({ level }) => level !== undefined);
const counted = () => lines().filter(({ _aws }) => _aws !== undefined);

test('a line for each delivery says by its id what became of it, even where nothing was in it', () => {
  const event = { ...anEvent(), deliveryid: 'delivery-1' };
  report([intake('1', [event]), intake('2', []), intake('3', [anEvent()])], {
    routed: [event],
    duplicates: [],
    conflicts: [],
    sentTo: new Map(),
    causes: new Map(),
    failed: new Map([['3', new TypeError('PAYLOAD')]]),
  });

  expect(logged().map(({ outcome, deliveryId }) => [outcome, deliveryId])).toEqual([
    ['routed', 'delivery-1'],
    ['empty', 'delivery-2'],
    ['failed', 'delivery-3'],
  ]);
  expect(logged().at(-1)).toMatchObject({ level: 'ERROR', message: 'failed', cause: { name: 'TypeError' } });
  expect(counted()).toHaveLength(1);
  expect(JSON.stringify(lines())).not.toContain('PAYLOAD');
});

test('what failed is counted by its line, also what could not even be read', () => {
  const source = aDelivery().source.name;
  report([intake('1', [anEvent()]), intake('2', [])], {
    routed: [],
    duplicates: [],
    conflicts: [],
    sentTo: new Map(),
    causes: new Map(),
    failed: new Map([
      ['1', new Error()],
      ['unreadable', new Error()],
    ]),
  });

  expect(counted().map((line) => [line.source, line.outcome, line.FanOutFailed])).toEqual([
    [source, 'failed', 1],
    [UNREADABLE_SOURCE, 'failed', 1],
  ]);
});

test('what was sent is logged and no metric, since SQS counts it', () => {
  const { subject: _, ...unknown } = { ...anEvent(), deliveryid: 'delivery-2', entity: 'unrecognized' };
  const known = { ...anEvent(), deliveryid: 'delivery-1' };
  const more = { ...anEvent(), deliveryid: 'delivery-3' };
  report([intake('1', [known]), intake('2', [unknown]), intake('3', [more])], {
    routed: [known, unknown, more],
    duplicates: [],
    conflicts: [],
    sentTo: new Map(),
    causes: new Map(),
    failed: new Map(),
  });
  expect(counted()).toEqual([]);
  expect(logged().map(({ subject }) => subject)).toEqual([known.subject, undefined, known.subject]);
});

test('of the id of an entity, which may be half a mebibyte long, the beginning is logged', () => {
  const event = { ...anEvent(), subject: `${'x'.repeat(999)}${'😀'.repeat(1_000)}` };
  report([intake('1', [event])], {
    routed: [event],
    duplicates: [],
    conflicts: [],
    sentTo: new Map(),
    causes: new Map(),
    failed: new Map(),
  });
  expect(logged()[0]?.subject).toBe(`${'x'.repeat(999)}\ufffd`);
});

test('every line is JSON', () => {
  report([intake('1', [anEvent()]), intake('2', [])], {
    routed: [anEvent()],
    duplicates: [],
    conflicts: [],
    sentTo: new Map(),
    causes: new Map(),
    failed: new Map(),
  });
  const printed = jest.mocked(process.stdout.write).mock.calls.map(([text]) => String(text));
  for (const line of printed.join('').trimEnd().split('\n')) expect(() => JSON.parse(line)).not.toThrow();
});

test('each line says what on-call asks for', () => {
  const now = Date.parse('2024-03-11T00:01:02.500Z');
  jest.spyOn(Date, 'now').mockReturnValue(now);
  const mine = { ...anEvent(), deliveryid: 'delivery-1' };
  const strange = { ...mine, id: 'billing:key-2', entity: 'unrecognized', reason: 'unknown-event' as const };
  const theirs = { ...anEvent(), deliveryid: 'delivery-4', source: '/gatepost/shop/14', id: 'shop:key-1' };
  const other = intake('4', [theirs]);
  const shop: ReceivedDelivery = {
    ...other,
    delivery: {
      ...other.delivery,
      source: { ...other.delivery.source, name: 'shop' },
      replay: { id: 'r', of: 'shop:key', at: '2024-03-11T00:01:02.000Z' },
    },
  };
  report([intake('1', [mine, strange]), intake('2', []), shop], {
    routed: [mine, strange],
    duplicates: [{ ...theirs, replayof: 'shop:key' }],
    conflicts: [],
    sentTo: new Map(),
    causes: new Map(),
    failed: new Map(),
  });

  expect(logged()).toEqual([
    {
      level: 'INFO',
      message: 'routed',
      timestamp: expect.any(String),
      service: 'gatepost',
      outcome: 'routed',
      source: 'billing',
      deliveryId: 'delivery-1',
      key: 'billing:key-1',
      type: 'altoviz.contact.created',
      entity: 'contact',
      action: 'created',
      subject: '132738',
      lagMs: 2_500,
    },
    expect.objectContaining({ message: 'routed', key: 'billing:key-2', reason: 'unknown-event' }),
    expect.objectContaining({
      level: 'INFO',
      message: 'duplicate',
      source: 'shop',
      replayOf: 'shop:key',
      // What is sent again has waited since then, and not since it was received.
      lagMs: 500,
    }),
    expect.objectContaining({ level: 'INFO', message: 'empty', source: 'billing' }),
  ]);
  expect(counted()).toEqual([]);
});

test('the line of an event whose id belongs to another one says so, routed or not', () => {
  const first = { ...anEvent({ id: 'billing:key-1.aaaaaaaaaa' }), deliveryid: 'delivery-1' };
  const second = { ...anEvent({ id: 'billing:key-1.bbbbbbbbbb' }), deliveryid: 'delivery-2' };
  const other = { ...anEvent({ id: 'billing:key-2' }), deliveryid: 'delivery-2' };
  report([intake('1', [first]), intake('2', [second, other])], {
    routed: [first, other],
    duplicates: [second],
    conflicts: [first, second],
    sentTo: new Map(),
    causes: new Map(),
    failed: new Map(),
  });
  expect(logged().map(({ outcome, key, conflict }) => [outcome, key, conflict])).toEqual([
    ['routed', 'billing:key-1.aaaaaaaaaa', true],
    ['routed', 'billing:key-2', undefined],
    ['duplicate', 'billing:key-1.bbbbbbbbbb', true],
  ]);
});

test('the line of an event that an error sent to unrecognized.fifo says which error, and nothing of the payload', () => {
  const event = { ...anEvent(), deliveryid: 'delivery-1' };
  const cause = Object.assign(new Error('PAYLOAD'), { name: 'InvalidMessageContents' });
  report([intake('1', [event])], {
    routed: [event],
    duplicates: [],
    conflicts: [],
    sentTo: new Map(),
    causes: new Map([[event, cause]]),
    failed: new Map(),
  });
  expect(logged()).toMatchObject([{ level: 'INFO', cause: { name: 'InvalidMessageContents' } }]);
  expect(JSON.stringify(logged())).not.toContain('PAYLOAD');
});

test('a delivery that needs another invocation is no fault: it is logged and not counted', () => {
  report([intake('1', [anEvent()]), intake('2', [anEvent()])], {
    routed: [],
    duplicates: [],
    conflicts: [],
    sentTo: new Map(),
    causes: new Map(),
    failed: new Map<string, unknown>([
      ['1', new OutOfTime()],
      ['2', new Error()],
    ]),
  });
  expect(logged().map(({ level, outcome, messageId }) => [level, outcome, messageId])).toEqual([
    ['INFO', 'unfinished', '1'],
    ['ERROR', 'failed', '2'],
  ]);
  expect(counted()).toMatchObject([{ FanOutFailed: 1 }]);
});
