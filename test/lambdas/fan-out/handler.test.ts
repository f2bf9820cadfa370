import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import { writeDelivery } from '../../../lambdas/core/delivery.ts';
import { unpack } from '../../../lambdas/event-log/packed.ts';
import type { GatepostEvent } from '../../../lambdas/events/event.ts';
import { createFanOut } from '../../../lambdas/fan-out/fan-out.ts';
import { type AwsEndpoint, batchTaken, entriesOf, startAws } from '../support/aws.ts';
import { aContext } from '../support/context.ts';
import { aDelivery } from '../support/deliveries.ts';
import { type EventLogTable, startEventLogTable } from '../support/dynamo.ts';
import { catchOutput } from '../support/output.ts';

const QUEUES = 'https://sqs.eu-west-1.amazonaws.com/123456789012/';

let sqs: AwsEndpoint;
let table: EventLogTable;
let lines: ReturnType<typeof catchOutput>;
let handle: (records: readonly SQSRecord[], remainingMs?: number) => Promise<readonly string[]>;

beforeAll(async () => {
  sqs = await startAws('SQS', batchTaken());
  table = await startEventLogTable();
  Object.assign(process.env, {
    EVENT_LOG_TABLE: table.name,
    BODIES_BUCKET: 'bodies',
    RETENTION_SECONDS: '2592000',
    UNRECOGNIZED_QUEUE_URL: `${QUEUES}gatepost-unrecognized.fifo`,
  });
  const routing = { entities: ['contact', 'invoice', 'company'], entityQueues: true, consumers: [] };
  const handler = createFanOut({ routing });
  handle = async (records, remainingMs) => {
    const response: SQSBatchResponse = await handler({ Records: [...records] }, aContext(remainingMs));
    return response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
});
beforeEach(() => {
  sqs.answerWith(batchTaken());
  lines = catchOutput();
});
afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(async () => {
  await table.stop();
  await sqs.stop();
});

let deliveries = 0;

/** An Altoviz delivery of a new event. */
const altoviz = (type: string, data: unknown = { id: 7 }) => {
  const number = ++deliveries;
  return aDelivery({
    deliveryId: `delivery-${number}`,
    body: JSON.stringify({ id: `evt_${number}`, type, data }),
  });
};

const record = (messageId: string, body: string, group = messageId, receives = 1): SQSRecord =>
  ({
    messageId,
    body,
    attributes: { MessageGroupId: group, ApproximateReceiveCount: String(receives) },
  }) as unknown as SQSRecord;

/** An intake message with some of its fields others. */
const intake = (over: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({ ...altoviz('ContactCreated', 'PAYLOAD'), ...over });

/** What arrives in which queue while the work is done. */
const arriving = async (work: () => Promise<unknown>) => {
  const before = sqs.calls.length;
  await work();
  return sqs.calls.slice(before).flatMap((call) =>
    entriesOf(call).map(({ MessageBody }) => ({
      queue: String(call.input.QueueUrl).slice(QUEUES.length),
      event: JSON.parse(MessageBody) as GatepostEvent,
    })),
  );
};

test('a delivery arrives as an event in its entity’s queue, and is in the log', async () => {
  const delivery = altoviz('ContactCreated');
  const arrived = await arriving(async () => {
    expect(await handle([record('m1', writeDelivery(delivery))])).toEqual([]);
  });
  expect(arrived).toEqual([
    {
      queue: 'gatepost-contact.fifo',
      event: expect.objectContaining({ type: 'altoviz.contact.created', subject: '7' }),
    },
  ]);
  const item = await table.itemOf(arrived[0]?.event.id ?? '');
  expect(item).toMatchObject({ deliveryId: { S: delivery.deliveryId }, entity: { S: 'contact' } });
});

test('the same event in another delivery sends nothing', async () => {
  const delivery = altoviz('ContactCreated');
  await handle([record('m1', writeDelivery(delivery))]);
  const again = writeDelivery({ ...delivery, deliveryId: 'another' });
  expect(await arriving(() => handle([record('m2', again)]))).toEqual([]);
  expect(lines()).toContainEqual(expect.objectContaining({ outcome: 'duplicate', deliveryId: 'another' }));
});

describe('unrecognized.fifo takes', () => {
  const goes = async (body: string | ReturnType<typeof aDelivery>) => {
    const arrived = await arriving(() =>
      handle([record('m1', typeof body === 'string' ? body : writeDelivery(body))]),
    );
    return arrived.map(({ queue, event }) => [queue, event.reason]);
  };

  test('an event that nobody knows', async () => {
    expect(await goes(altoviz('PlanetCreated'))).toEqual([['gatepost-unrecognized.fifo', 'unknown-event']]);
  });

  test('an event whose entity has no queue', async () => {
    expect(await goes(altoviz('QuoteCreated'))).toEqual([['gatepost-unrecognized.fifo', 'no-queue']]);
  });

  test('a body that is not the provider’s', async () => {
    expect(await goes(aDelivery({ deliveryId: 'x', body: '[]' }))).toEqual([
      ['gatepost-unrecognized.fifo', 'not-understood'],
    ]);
  });
});

describe('what can’t be read', () => {
  test.each([
    ['no JSON', 'PAYLOAD'],
    ['no delivery', '{"PAYLOAD":1}'],
    [
      'a provider that there is none of',
      writeDelivery(aDelivery({ source: { name: 'x', provider: 'PAYLOAD', settings: {} } })),
    ],
    [
      'a provider called constructor',
      writeDelivery(aDelivery({ source: { name: 'x', provider: 'constructor', settings: {} } })),
    ],
    ['no source at all', '{"deliveryId":"1","body":"PAYLOAD"}'],
    ['a source without a name', intake({ source: { provider: 'altoviz', settings: {} } })],
    ['no time of receipt', intake({ receivedAt: undefined })],
    ['a time of receipt that is none', intake({ receivedAt: { toString: 'PAYLOAD' } })],
    ['a time of replay that is none', intake({ replay: { id: 'r', of: 'PAYLOAD', at: [{ toString: 1 }] } })],
  ])('fails, and nothing of it is logged: %s', async (_, body) => {
    expect(await handle([record('m1', body)])).toEqual(['m1']);
    expect(lines()).toContainEqual(
      expect.objectContaining({ level: 'ERROR', outcome: 'failed', messageId: 'm1' }),
    );
    expect(JSON.stringify(lines())).not.toContain('PAYLOAD');
  });

  test('without a group takes nothing along', async () => {
    const ungrouped = (messageId: string, body: string) =>
      ({ messageId, body, attributes: {} }) as unknown as SQSRecord;
    const good = writeDelivery(altoviz('ContactCreated'));
    expect(await handle([ungrouped('m1', 'nonsense'), ungrouped('m2', good)])).toEqual(['m1']);
  });

  test('takes along what is behind it in its group, and nothing else', async () => {
    const failed: string[] = [];
    const arrived = await arriving(async () => {
      failed.push(
        ...(await handle([
          record('m1', writeDelivery(altoviz('ContactCreated', { id: 1 })), 'a'),
          record('m2', 'nonsense', 'a'),
          record('m3', writeDelivery(altoviz('ContactUpdated', { id: 1 })), 'a'),
          record('m4', writeDelivery(altoviz('ContactUpdated', { id: 2 })), 'b'),
        ])),
      );
    });
    expect(failed.sort()).toEqual(['m2', 'm3']);
    expect(arrived.map(({ event }) => event.subject).sort()).toEqual(['1', '2']);
  });
});

test('what SQS does not take fails, and passes when it is handed over again', async () => {
  const first = writeDelivery(altoviz('ContactCreated', { id: 'refused' }));
  const second = writeDelivery(altoviz('ContactUpdated', { id: 'refused' }));
  const other = writeDelivery(altoviz('InvoiceCreated', { id: 'other' }));
  sqs.answerWith(batchTaken(({ MessageBody }) => MessageBody.includes('refused')));
  const records = [record('m1', first, 'a'), record('m2', second, 'a'), record('m3', other, 'b')];
  expect(await handle(records)).toEqual(['m1', 'm2']);
  expect(JSON.stringify(lines())).toContain('"outcome":"failed"');

  sqs.answerWith(batchTaken());
  const arrived = await arriving(async () => expect(await handle(records.slice(0, 2))).toEqual([]));
  expect(arrived.map(({ event }) => event.action)).toEqual(['created', 'updated']);
});

test('a batch is one line an event, without anything of what is in it', async () => {
  await handle([
    record('m1', writeDelivery(altoviz('ContactCreated', { id: 1, secret: 'PAYLOAD' }))),
    record('m2', writeDelivery(altoviz('PlanetCreated', 'PAYLOAD'))),
  ]);
  const routed = lines().filter(({ outcome }) => outcome === 'routed');
  expect(routed).toEqual([
    expect.objectContaining({
      source: 'billing',
      type: 'altoviz.contact.created',
      key: expect.any(String),
      lagMs: expect.any(Number),
    }),
    expect.objectContaining({ source: 'billing', reason: 'unknown-event' }),
  ]);
  expect(JSON.stringify(lines())).not.toContain('PAYLOAD');
});

describe('a delivery that is sent again', () => {
  const AT = new Date().toISOString();
  let keys: readonly string[];
  let delivery: ReturnType<typeof altoviz>;

  /** The keys of what arrives of the delivery, sent again in a replay. */
  const replayed = (id: string, of: string, deliveryId = `again-${id}`) =>
    arriving(() =>
      handle([record('m1', writeDelivery({ ...delivery, deliveryId, replay: { id, of, at: AT } }))]),
    );

  beforeEach(async () => {
    delivery = altoviz('ContactCreated');
    const arrived = await arriving(() => handle([record('m1', writeDelivery(delivery))]));
    keys = arrived.map(({ event }) => event.id);
  });

  test('arrives again, and says what it repeats', async () => {
    const [key = ''] = keys;
    const [arrived] = await replayed('r1', key);
    expect(arrived).toEqual({
      queue: 'gatepost-contact.fifo',
      event: expect.objectContaining({ id: `${key}~r1`, replayof: key, subject: '7' }),
    });
    expect(await table.itemOf(`${key}~r1`)).toMatchObject({ replayOf: { S: key }, at: { S: AT } });
  });

  test('once in a replay, and once more in another', async () => {
    const [key = ''] = keys;
    expect(await replayed('r2', key)).toHaveLength(1);
    expect(await replayed('r2', key, 'by mistake')).toHaveLength(0);
    expect(await replayed('r3', key)).toHaveLength(1);
  });

  test('was not under way since it was received first', async () => {
    const [key = ''] = keys;
    const received = new Date(Date.now() - 86_400_000).toISOString();
    delivery = { ...delivery, receivedAt: received };
    await replayed('r4', key);
    const { lagMs } = lines().find(({ replayOf }) => replayOf === key) ?? {};
    expect(lagMs).toBeLessThan(60_000);
  });
});

describe('a delivery of several events', () => {
  const avaza = (items: readonly unknown[], event: string) =>
    aDelivery({
      deliveryId: crypto.randomUUID(),
      source: { name: 'avaza', provider: 'avaza', settings: {} },
      path: { event },
      body: JSON.stringify(items),
    });

  test('of more than a thousand goes whole to unrecognized.fifo', async () => {
    const delivery = avaza(
      Array.from({ length: 1_001 }, (_, CompanyID) => ({ CompanyID })),
      'company_created',
    );
    const arrived = await arriving(() => handle([record('m1', writeDelivery(delivery))]));
    expect(arrived).toEqual([
      {
        queue: 'gatepost-unrecognized.fifo',
        event: expect.objectContaining({ reason: 'too-many-events', data: delivery.body }),
      },
    ]);
  });

  test('leaves each event its own slice in the log', async () => {
    const items = [1, 2, 3].map((CompanyID) => ({ CompanyID, DateUpdated: '2026-11-21T23:00:00Z' }));
    const delivery = avaza(items, 'company_created');
    const arrived = await arriving(() => handle([record('m1', writeDelivery(delivery))]));
    expect(arrived).toHaveLength(3);
    for (const [number, { event }] of arrived.entries()) {
      const { packed } = await table.itemOf(event.id);
      const { envelope, body } = unpack(packed?.B ?? new Uint8Array());
      expect(JSON.parse(body.toString())).toEqual([items[number]]);
      expect(JSON.parse(envelope)).toMatchObject({ items: [number] });
    }
  });

  test('goes on where it stopped when its time was up', async () => {
    const items = Array.from({ length: 30 }, (_, number) => ({
      CompanyID: 7,
      DateUpdated: `2026-11-21T23:00:${10 + number}Z`,
    }));
    const body = writeDelivery(avaza(items, 'company_updated'));
    let sent = 0;
    sqs.answerWith((call) => (++sent > 5 ? { status: 403, error: 'AccessDenied' } : batchTaken()(call)));
    const first = await arriving(async () => expect(await handle([record('m1', body)])).toEqual(['m1']));
    sqs.answerWith(batchTaken());
    const second = await arriving(() => handle([record('m1', body, 'm1', 2)]));
    // The sixth was sent twice: once it was refused.
    const times = [...first.slice(0, 5), ...second].map(
      ({ event }) => (event.data as { DateUpdated: string }).DateUpdated,
    );
    expect(times).toEqual(items.map(({ DateUpdated }) => DateUpdated));
    expect(second).toHaveLength(25);
  });

  test('does nothing without time, and says that it is unfinished', async () => {
    const body = writeDelivery(avaza([{ CompanyID: 8 }, { CompanyID: 9 }], 'company_created'));
    const arrived = await arriving(async () =>
      expect(await handle([record('m1', body)], 3_900)).toEqual(['m1']),
    );
    expect(arrived).toEqual([]);
    expect(lines()).toContainEqual(expect.objectContaining({ outcome: 'unfinished', messageId: 'm1' }));
    expect(lines()).not.toContainEqual(expect.objectContaining({ FanOutFailed: 1 }));
  });

  test('an update with the id of another one is another event, and its line says so', async () => {
    const update = (PercentComplete: number) =>
      avaza([{ CompanyID: 10, DateUpdated: '2026-11-21T23:00:00Z', PercentComplete }], 'company_updated');
    const [ten, ninety, again] = [update(10), update(90), update(10)].map((delivery) =>
      writeDelivery(delivery),
    );
    const arrived = await arriving(async () => {
      await handle([record('m1', ten ?? '')]);
      await handle([record('m2', ninety ?? '')]);
      await handle([record('m3', again ?? '')]);
    });
    const [first, second] = arrived.map(({ event }) => event);
    expect(arrived).toHaveLength(2);
    expect(second?.id).toMatch(new RegExp(`^${first?.id}\\.[\\w-]{10}$`));
    expect(lines().map(({ outcome, conflict }) => [outcome, conflict])).toEqual([
      ['routed', undefined],
      ['routed', true],
      ['duplicate', undefined],
    ]);
  });
});
