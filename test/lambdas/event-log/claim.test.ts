import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dynamoEventLog, type EventClaims } from '../../../lambdas/event-log/claim.ts';
import { entityHash } from '../../../lambdas/event-log/schema.ts';
import { aDelivery, anEvent } from '../support/deliveries.ts';
import { type EventLogTable, startEventLogTable } from '../support/dynamo.ts';
import { anyText, fullBody } from '../support/text.ts';

const RETENTION = 30 * 24 * 60 * 60;

let table: EventLogTable;
let log: EventClaims;
let nowMs = Date.parse('2024-03-11T00:01:00Z');
let keys = 0;

beforeAll(async () => {
  table = await startEventLogTable();
  log = dynamoEventLog(table.name, RETENTION, () => nowMs);
});
afterAll(() => table.stop());

const itemOf = (key: string) => table.itemOf(key);

/** An event that nobody has claimed yet. */
const newEvent = (over: Parameters<typeof anEvent>[0] = {}) =>
  anEvent({ id: `billing:key-${++keys}`, ...over });

const delivered = (deliveryId: string, body = aDelivery().body) => aDelivery({ deliveryId, body });

/** Claims as fan-out does: the event says which delivery it came with. */
const claim = (event: ReturnType<typeof anEvent>, deliveryId: string, body?: string) =>
  log.claim({ ...event, deliveryid: deliveryId }, delivered(deliveryId, body));

describe('an event is claimed', () => {
  test('by the first delivery of it', async () => {
    expect(await claim(newEvent(), 'first')).toBe('claimed');
  });

  test('by the same delivery as often as that comes: after a crash it is handed over again', async () => {
    const event = newEvent();
    await claim(event, 'first');
    expect(await claim(event, 'first')).toBe('claimed');
    expect(await claim(event, 'first')).toBe('claimed');
  });

  test('by no other delivery, even after it came again itself', async () => {
    const event = newEvent();
    await claim(event, 'first');
    expect(await claim(event, 'second')).toBe('duplicate');
    expect(await claim(event, 'first')).toBe('claimed');
    expect(await claim(event, 'third')).toBe('duplicate');
    expect((await itemOf(event.id)).deliveryId).toEqual({ S: 'first' });
  });

  test('by another once its time is up, though it still stands there', async () => {
    const event = newEvent();
    await claim(event, 'first');
    nowMs += RETENTION * 1000;
    expect(await claim(event, 'second')).toBe('duplicate');
    nowMs += 1000;
    expect(await claim(event, 'third')).toBe('claimed');
    expect(await claim(event, 'second')).toBe('duplicate');
    expect((await itemOf(event.id)).expiresAt).toEqual({ N: String(nowMs / 1000 + RETENTION) });
  });

  test('by one delivery only of many at once', async () => {
    const event = newEvent();
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, number) => claim(event, `delivery-${number}`)),
    );
    expect(results.filter((result) => result === 'claimed')).toHaveLength(1);
    expect((await itemOf(event.id)).duplicates).toEqual({ N: '7' });
  });

  test('each for itself', async () => {
    const [first, second] = [newEvent(), newEvent()];
    await claim(first, 'first');
    expect(await claim(second, 'second')).toBe('claimed');
  });
});

describe('duplicates', () => {
  test('are counted, and not the deliveries that may route', async () => {
    const event = newEvent();
    await claim(event, 'first');
    expect((await itemOf(event.id)).duplicates).toEqual({ N: '0' });
    await claim(event, 'second');
    await claim(event, 'third');
    expect(await itemOf(event.id)).toMatchObject({
      duplicates: { N: '2' },
      lastDuplicate: { S: 'third' },
      lastDuplicateAt: { S: aDelivery().receivedAt },
    });
  });

  test('stay counted when the first delivery comes again', async () => {
    const event = newEvent();
    await claim(event, 'first');
    await claim(event, 'second');
    await claim(event, 'first');
    expect((await itemOf(event.id)).duplicates).toEqual({ N: '1' });
  });
});

describe('an event is logged', () => {
  test('with all that tells what it is, and all that interpreting it again needs', async () => {
    const delivery = aDelivery({ headers: { 'x-event': 'a' }, path: { event: 'b' }, body: '{"ü":"😀"}' });
    const event = newEvent({ reason: 'unknown-event' });
    await log.claim(event, delivery);
    const { bodyGzip, delivery: rest, ...item } = await itemOf(event.id);
    expect(item).toEqual({
      key: { S: event.id },
      at: { S: event.receivedat },
      sourceHour: { S: expect.stringMatching(/^billing\/2024-03-11T00\/[0-3]$/) },
      entityHash: { S: entityHash('billing', 'contact', '132738') },
      deliveryId: { S: event.deliveryid },
      receivedAt: { S: event.receivedat },
      source: { S: 'billing' },
      provider: { S: 'altoviz' },
      entity: { S: 'contact' },
      action: { S: 'created' },
      type: { S: 'altoviz.contact.created' },
      entityId: { S: '132738' },
      providerType: { S: 'ContactCreated' },
      reason: { S: 'unknown-event' },
      duplicates: { N: '0' },
      expiresAt: { N: String(Math.floor(nowMs / 1000) + RETENTION) },
    });
    const body = gunzipSync(bodyGzip?.B ?? '').toString();
    expect({ ...JSON.parse(rest?.S ?? ''), body }).toEqual(delivery);
  });

  test('without what it doesn’t have', async () => {
    const { subject: _, providertype: __, ...event } = newEvent();
    await log.claim(event, aDelivery());
    const attributes = Object.keys(await itemOf(event.id));
    const absent = ['entityId', 'entityHash', 'providerType', 'reason', 'replayOf', 'lastDuplicate'];
    expect(attributes.filter((attribute) => absent.includes(attribute))).toEqual([]);
  });

  test('that was sent again, at the time of that, and as what it is a replay of', async () => {
    const replay = { id: 'r1', of: 'billing:original', at: '2024-05-01T07:30:00.000Z' };
    const event = newEvent({ replayof: replay.of });
    await log.claim(event, aDelivery({ replay }));
    const item = await itemOf(event.id);
    expect(item).toMatchObject({
      at: { S: replay.at },
      receivedAt: { S: event.receivedat },
      sourceHour: { S: expect.stringMatching(/^billing\/2024-05-01T07\//) },
      replayOf: { S: replay.of },
    });
    expect(JSON.parse(item.delivery?.S ?? '')).not.toHaveProperty('replay');
  });

  test('without its body where that doesn’t fit even compressed, and says so', async () => {
    const event = newEvent();
    const body = fullBody(
      Array.from({ length: 0x700 }, (_, code) => String.fromCharCode(code + 0x80)),
      1,
    );
    expect(await claim(event, 'first', body)).toBe('claimed');
    const item = await itemOf(event.id);
    expect(item.bodyGzip).toBeUndefined();
    expect(item.bodyOmitted?.S).toMatch(/^\d{6} bytes compressed are too many for an item$/);
    expect(await claim(event, 'second', body)).toBe('duplicate');
  });

  test('with a large body that compresses', async () => {
    const event = newEvent();
    await claim(event, 'first', 'x'.repeat(512 * 1024));
    expect(gunzipSync((await itemOf(event.id)).bodyGzip?.B ?? '')).toHaveLength(512 * 1024);
  });

  test('whatever its entity and its name are called', async () => {
    await fc.assert(
      fc.asyncProperty(anyText(), anyText(), async (subject, providertype) => {
        expect(await log.claim(newEvent({ subject, providertype }), aDelivery())).toBe('claimed');
      }),
      { numRuns: 40 },
    );
  });

  test.each(['subject', 'providertype'])('however long its %s is: it is not lost for that', async (field) => {
    const event = newEvent({ [field]: 'x'.repeat(450_000) });
    // Not awaited for its value: jest would print all of what it holds.
    const result = await log.claim(event, aDelivery()).catch((error: unknown) => (error as Error).name);
    expect(result).toBe('claimed');
    expect(await log.claim({ ...event }, aDelivery({ deliveryId: 'second' }))).toBe('duplicate');
  });
});

test('where the log can’t be reached nothing is claimed', async () => {
  const nowhere = dynamoEventLog('no-such-table', RETENTION);
  const result = await nowhere
    .claim(newEvent(), aDelivery())
    .catch((error: unknown) => (error as Error).name);
  expect(result).toBe('ResourceNotFoundException');
});
