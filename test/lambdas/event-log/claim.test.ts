import { gzipSync } from 'node:zlib';
import { DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Delivery } from '../../../lambdas/core/delivery.ts';
import { dynamoEventLog, type EventClaims } from '../../../lambdas/event-log/claim.ts';
import { findEvent } from '../../../lambdas/event-log/find-event.ts';
import { unpack } from '../../../lambdas/event-log/packed.ts';
import { entityHash } from '../../../lambdas/event-log/schema.ts';
import type { GatepostEvent } from '../../../lambdas/events/event.ts';
import { aDelivery, anEvent } from '../support/deliveries.ts';
import { type EventLogTable, startEventLogTable } from '../support/dynamo.ts';
import { claimEvent, interpreted } from '../support/interpreted.ts';
import { objectsInMemory } from '../support/objects.ts';
import { anyText, fullBody } from '../support/text.ts';

const RETENTION = 30 * 24 * 60 * 60;

let table: EventLogTable;
let log: EventClaims;
let dynamo: DynamoDBClient;
let nowMs = Date.parse('2024-03-11T00:01:00Z');
let keys = 0;
const objects = objectsInMemory();

beforeAll(async () => {
  table = await startEventLogTable();
  dynamo = new DynamoDBClient();
  log = dynamoEventLog(table.name, RETENTION, () => nowMs, dynamo, objects, true);
});
afterAll(async () => {
  dynamo.destroy();
  await table.stop();
});

const itemOf = (key: string) => table.itemOf(key);

/** An event that nobody has claimed yet. */
const newEvent = (over: Parameters<typeof anEvent>[0] = {}) =>
  anEvent({ id: `billing:key-${++keys}`, ...over });

const delivered = (deliveryId: string, body = aDelivery().body) => aDelivery({ deliveryId, body });

/** Claims as fan-out does: the event says which delivery it came with. */
const claim = async (event: GatepostEvent, deliveryId: string, body?: string) => {
  const { outcome } = await claimEvent(
    log,
    { ...event, deliveryid: deliveryId },
    delivered(deliveryId, body),
  );
  return outcome;
};

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
    expect((await itemOf(event.id)).duplicates).toBeUndefined();
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
    await claimEvent(log, event, delivery);
    const { packed, ...item } = await itemOf(event.id);
    expect(item).toEqual({
      key: { S: event.id },
      at: { S: event.receivedat },
      sourceHour: { S: expect.stringMatching(/^billing\/2024-03-11T00\/[0-3]$/) },
      entityHash: { S: entityHash('billing', 'contact', '132738') },
      deliveryId: { S: event.deliveryid },
      source: { S: 'billing' },
      provider: { S: 'altoviz' },
      entity: { S: 'contact' },
      action: { S: 'created' },
      type: { S: 'altoviz.contact.created' },
      entityId: { S: '132738' },
      providerType: { S: 'ContactCreated' },
      reason: { S: 'unknown-event' },
      content: { S: interpreted(event).content() },
      expiresAt: { N: String(Math.floor(nowMs / 1000) + RETENTION) },
    });
    const { envelope, body } = unpack(packed?.B ?? new Uint8Array());
    const { deliveryId, receivedAt, body: _, ...rest } = delivery;
    expect(JSON.parse(envelope)).toEqual(rest);
    expect(body.toString()).toBe(delivery.body);
    expect(await findEvent({ dynamo, table: table.name }, event.id)).toMatchObject({
      delivery: { deliveryId, receivedAt, ...rest },
      body: delivery.body,
      receivedAt,
      duplicates: 0,
    });
  });

  test('and what version 0.1.0 stored is read as before', async () => {
    const { body, ...delivery } = aDelivery({ headers: { 'x-event': 'a' } });
    const event = newEvent();
    await claimEvent(log, event, aDelivery());
    const { packed: _, ...item } = await itemOf(event.id);
    const receivedAt = '2024-03-10T12:00:00.000Z';
    await dynamo.send(
      new PutItemCommand({
        TableName: table.name,
        Item: {
          ...item,
          receivedAt: { S: receivedAt },
          duplicates: { N: '2' },
          delivery: { S: JSON.stringify(delivery) },
          bodyGzip: { B: gzipSync(body) },
        },
      }),
    );
    expect(await findEvent({ dynamo, table: table.name }, event.id)).toMatchObject({
      delivery,
      body,
      receivedAt,
      duplicates: 2,
    });
  });

  test('without the key of the index by entity, where the table has none', async () => {
    const event = newEvent();
    await claimEvent(
      dynamoEventLog(table.name, RETENTION, () => nowMs, dynamo),
      event,
      aDelivery(),
    );
    expect(await itemOf(event.id)).not.toHaveProperty('entityHash');
  });

  test('without what it doesn’t have', async () => {
    const { subject: _, providertype: __, ...event } = newEvent();
    await claimEvent(log, event, aDelivery());
    const attributes = Object.keys(await itemOf(event.id));
    const absent = ['entityId', 'entityHash', 'providerType', 'reason', 'replayOf', 'lastDuplicate'];
    expect(attributes.filter((attribute) => absent.includes(attribute))).toEqual([]);
  });

  test('that was sent again, at the time of that, and as what it is a replay of', async () => {
    const replay = { id: 'r1', of: 'billing:original', at: '2024-05-01T07:30:00.000Z' };
    const event = newEvent({ replayof: replay.of });
    await claimEvent(log, event, aDelivery({ replay }));
    const item = await itemOf(event.id);
    expect(item).toMatchObject({
      at: { S: replay.at },
      receivedAt: { S: event.receivedat },
      sourceHour: { S: expect.stringMatching(/^billing\/2024-05-01T07\//) },
      replayOf: { S: replay.of },
    });
    expect(JSON.parse(unpack(item.packed?.B ?? new Uint8Array()).envelope)).not.toHaveProperty('replay');
  });

  describe('whose body doesn’t fit even compressed', () => {
    /** Two bytes a character, of many kinds. */
    const body = fullBody(
      Array.from({ length: 0x700 }, (_, code) => String.fromCharCode(code + 0x80)),
      1,
    );
    /** When the delivery was received, and where its body lies. */
    const large = (ageMs: number, over: Partial<Delivery> = {}): Delivery => ({
      ...delivered('large', body),
      receivedAt: new Date(nowMs - ageMs).toISOString(),
      ...over,
    });
    const DAY_MS = 24 * 60 * 60 * 1000;
    const theirs = 's3://gatepost-bodies/bodies/billing/large';

    test('with a reference to an object that has it', async () => {
      const event = newEvent();
      await claimEvent(log, event, large(0));
      const item = await itemOf(event.id);
      expect(unpack(item.packed?.B ?? new Uint8Array()).body).toHaveLength(0);
      expect(objects.kept.get(item.bodyRef?.S ?? '')?.toString()).toBe(body);
      expect(await claim(event, 'second', body)).toBe('duplicate');
    });

    test.each([
      ['to that of its delivery', 13 * DAY_MS, false],
      ['to another one, if that of its delivery may be deleted before the item', 14 * DAY_MS, true],
    ])('with a reference %s', async (_, ageMs, isOther) => {
      const event = newEvent();
      await claimEvent(log, event, large(ageMs, { bodyRef: theirs, deliveryId: `large-${ageMs}` }));
      const { bodyRef } = await itemOf(event.id);
      if (!isOther) return expect(bodyRef).toEqual({ S: theirs });
      expect(bodyRef).not.toEqual({ S: theirs });
      expect(objects.kept.get(bodyRef?.S ?? '')?.toString()).toBe(body);
    });
  });

  test('with a large body that compresses', async () => {
    const event = newEvent();
    await claim(event, 'first', 'x'.repeat(512 * 1024));
    const { packed } = await itemOf(event.id);
    expect(unpack(packed?.B ?? new Uint8Array()).body).toHaveLength(512 * 1024);
  });

  test('whatever its entity and its name are called', async () => {
    await fc.assert(
      fc.asyncProperty(anyText(), anyText(), async (subject, providertype) => {
        expect(await claim(newEvent({ subject, providertype }), 'first')).toBe('claimed');
      }),
      { numRuns: 40 },
    );
  });

  test.each(['subject', 'providertype'])('however long its %s is: it is not lost for that', async (field) => {
    const event = newEvent({ [field]: 'x'.repeat(450_000) });
    // Not awaited for its value: jest would print all of what it holds.
    const result = await claim(event, 'first').catch((error: unknown) => (error as Error).name);
    expect(result).toBe('claimed');
    expect(await claim({ ...event }, 'second')).toBe('duplicate');
  });
});

test('where the log can’t be reached nothing is claimed', async () => {
  const nowhere = dynamoEventLog('no-such-table', RETENTION);
  const result = await claimEvent(nowhere, newEvent(), aDelivery()).catch(
    (error: unknown) => (error as Error).name,
  );
  expect(result).toBe('ResourceNotFoundException');
});

describe('an event with the id of one that says something else', () => {
  const update = (event: GatepostEvent, percent: number, deliveryId: string) =>
    claimEvent(
      log,
      { ...event, deliveryid: deliveryId, data: { percent } },
      aDelivery({ deliveryId, body: `{"percent":${percent}}` }),
    );
  const otherKey = (event: GatepostEvent) => new RegExp(`^${event.id}\\.[\\w-]{10}$`);

  test('is another event: it is claimed and stored under a key of its own', async () => {
    const event = newEvent();
    const first = await update(event, 10, 'first');
    const second = await update(event, 90, 'second');
    expect(first).toEqual({ outcome: 'claimed', key: event.id, isConflict: false });
    expect(second).toEqual({
      outcome: 'claimed',
      key: expect.stringMatching(otherKey(event)),
      isConflict: true,
    });
    expect(await findEvent({ dynamo, table: table.name }, second.key)).toMatchObject({
      key: second.key,
      deliveryId: 'second',
      body: '{"percent":90}',
      duplicates: 0,
    });
    const { deliveryId, duplicates } = await itemOf(event.id);
    expect([deliveryId, duplicates]).toEqual([{ S: 'first' }, undefined]);
  });

  test('is claimed again by its delivery, and is a duplicate in any other', async () => {
    const event = newEvent();
    await update(event, 10, 'first');
    const { key } = await update(event, 90, 'second');
    expect(await update(event, 90, 'second')).toEqual({ outcome: 'claimed', key, isConflict: true });
    expect(await update(event, 90, 'third')).toEqual({ outcome: 'duplicate', key, isConflict: true });
    expect(await update(event, 10, 'fourth')).toEqual({
      outcome: 'duplicate',
      key: event.id,
      isConflict: false,
    });
    expect((await itemOf(key)).duplicates).toEqual({ N: '1' });
    expect((await itemOf(event.id)).duplicates).toEqual({ N: '1' });
  });

  test('whatever comes in whatever order, and however often: what differs is claimed once each', async () => {
    const contents = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(contents, async (said) => {
        const event = newEvent();
        const claims = [];
        for (const [number, percent] of said.entries()) {
          claims.push({ percent, ...(await update(event, percent, `delivery-${number}`)) });
        }
        for (const [, same] of Map.groupBy(claims, ({ percent }) => percent)) {
          expect(same.map(({ outcome }) => outcome)).toEqual(
            same.map((_, at) => (at === 0 ? 'claimed' : 'duplicate')),
          );
          expect(new Set(same.map(({ key }) => key)).size).toBe(1);
        }
        expect(new Set(claims.map(({ key }) => key)).size).toBe(new Set(said).size);
        // The first has the id, and only what says something else is a conflict.
        for (const { percent, key, isConflict } of claims) {
          expect(key === event.id).toBe(percent === said[0]);
          expect(isConflict).toBe(percent !== said[0]);
        }
      }),
      { numRuns: 25 },
    );
  }, 20_000);

  test('is none where only the order of its keys is another', async () => {
    const event = newEvent();
    const say = (data: GatepostEvent['data'], deliveryId: string) =>
      claimEvent(log, { ...event, data, deliveryid: deliveryId }, delivered(deliveryId));
    await say({ a: 1, b: { c: 2, d: 3 } }, 'first');
    expect(await say({ b: { d: 3, c: 2 }, a: 1 }, 'second')).toMatchObject({
      outcome: 'duplicate',
      isConflict: false,
    });
  });

  test('can’t be told from what version 0.1.0 stored, which has no digest: it counts as a duplicate', async () => {
    const event = newEvent();
    await update(event, 10, 'first');
    await dynamo.send(
      new UpdateItemCommand({
        TableName: table.name,
        Key: { key: { S: event.id } },
        UpdateExpression: 'REMOVE content',
      }),
    );
    expect(await update(event, 90, 'second')).toEqual({
      outcome: 'duplicate',
      key: event.id,
      isConflict: false,
    });
  });
});

describe('an event without an id', () => {
  const HOUR = 60 * 60;
  /** Claims what says the same, that many seconds after the first. */
  const say = (event: GatepostEvent, deliveryId: string, afterSeconds: number) => {
    const receivedAt = new Date(Date.parse(aDelivery().receivedAt) + afterSeconds * 1000).toISOString();
    return claimEvent(
      log,
      interpreted({ ...event, deliveryid: deliveryId, receivedat: receivedAt }, { repeatWindow: HOUR }),
      aDelivery({ deliveryId, receivedAt }),
    );
  };

  test('is a repeat within its window, and then another event, which has a window of its own', async () => {
    const event = newEvent();
    const claims = [
      await say(event, 'first', 0),
      await say(event, 'second', HOUR),
      await say(event, 'third', HOUR + 1),
      await say(event, 'fourth', 2 * HOUR + 1),
      await say(event, 'fifth', 2 * HOUR + 2),
    ];
    expect(claims.map(({ outcome }) => outcome)).toEqual([
      'claimed',
      'duplicate',
      'claimed',
      'duplicate',
      'claimed',
    ]);
    const [first, , third, fourth, fifth] = claims.map(({ key }) => key);
    expect(first).toBe(event.id);
    expect(third).toMatch(new RegExp(`^${event.id}\\.[\\w-]{10}$`));
    expect(fourth).toBe(third);
    expect(new Set([first, third, fifth]).size).toBe(3);
    // It says the same: no id is wrong here.
    expect(claims.map(({ isConflict }) => isConflict)).toEqual(claims.map(() => false));
  });

  test('is a repeat of the newest one, also after one was claimed that had come before it', async () => {
    const event = newEvent();
    const claims = [
      await say(event, 'first', 0),
      await say(event, 'newest', 4 * HOUR),
      // It lay in the dead letters.
      await say(event, 'late', 2 * HOUR),
      await say(event, 'repeat', 5 * HOUR),
      await say(event, 'repeat of the late one', 3 * HOUR),
    ];
    expect(claims.map(({ outcome }) => outcome)).toEqual([
      'claimed',
      'claimed',
      'claimed',
      'duplicate',
      'duplicate',
    ]);
    expect(claims[3]?.key).toBe(claims[1]?.key);
    // Within the window of the newest one as well, to which it comes first.
    expect([claims[1]?.key, claims[2]?.key]).toContain(claims[4]?.key);
  });

  test('is claimed again by its own delivery, whichever it was', async () => {
    const event = newEvent();
    await say(event, 'first', 0);
    const { key } = await say(event, 'second', 2 * HOUR);
    expect(await say(event, 'second', 2 * HOUR)).toEqual({ outcome: 'claimed', key, isConflict: false });
    expect(await say(event, 'first', 0)).toEqual({ outcome: 'claimed', key: event.id, isConflict: false });
  });

  test('is a repeat of one that was received after it, too: deliveries may overtake each other', async () => {
    const event = newEvent();
    await say(event, 'first', HOUR);
    expect((await say(event, 'second', 0)).outcome).toBe('duplicate');
  });
});

test('a claim that is given up ends', async () => {
  const given = AbortSignal.abort();
  await expect(log.claim(interpreted(newEvent()), aDelivery(), given)).rejects.toThrow();
});
