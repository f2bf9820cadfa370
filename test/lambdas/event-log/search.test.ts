import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { digest } from '../../../lambdas/core/digest.ts';
import { dynamoEventLog, type EventClaims } from '../../../lambdas/event-log/claim.ts';
import type { EventQuery } from '../../../lambdas/event-log/event-query.ts';
import type { ListedEvent } from '../../../lambdas/event-log/listed-event.ts';
import { readPage } from '../../../lambdas/event-log/page.ts';
import type { EventLogTable as ReadTable } from '../../../lambdas/event-log/partition.ts';
import { compareIn, type Order, readPosition } from '../../../lambdas/event-log/position.ts';
import { SOURCE_INDEX } from '../../../lambdas/event-log/schema.ts';
import { searchEvents } from '../../../lambdas/event-log/search.ts';
import { aDelivery, anEvent } from '../support/deliveries.ts';
import { type EventLogTable, startEventLogTable } from '../support/dynamo.ts';
import { claimEvent } from '../support/interpreted.ts';

const HOUR_MS = 3_600_000;
const START = Date.parse('2026-11-21T22:00:00.000Z');
const iso = (ms: number): string => new Date(ms).toISOString();

let table: EventLogTable;
let claims: EventClaims;
let log: ReadTable;
beforeAll(async () => {
  table = await startEventLogTable();
  claims = dynamoEventLog(table.name, 30 * 24 * 60 * 60, Date.now, undefined, undefined, true);
  log = { dynamo: new DynamoDBClient(), table: table.name };
});
afterAll(async () => {
  log.dynamo.destroy();
  await table.stop();
});

interface Claimed {
  readonly source: string;
  readonly at: string;
  readonly entity: string;
  readonly entityId: string;
  readonly duplicates: number;
}

/** Writes an event down as fan-out does. */
const claim = async ({ source, at, entity, entityId, duplicates }: Claimed): Promise<string> => {
  const key = `${source}:${digest(crypto.randomUUID())}`;
  const event = anEvent({
    id: key,
    entity,
    subject: entityId,
    receivedat: at,
    type: `altoviz.${entity}.created`,
  });
  for (let delivery = 0; delivery <= duplicates; delivery++) {
    const deliveryId = `${key}/${delivery}`;
    await claimEvent(
      claims,
      { ...event, deliveryid: deliveryId },
      aDelivery({ deliveryId, receivedAt: at, source: { name: source, provider: 'altoviz', settings: {} } }),
    );
  }
  return key;
};

const readAll = async (query: EventQuery, size: number): Promise<readonly ListedEvent[]> => {
  const events: ListedEvent[] = [];
  let next: string | undefined;
  do {
    const after = next === undefined ? undefined : readPosition(next);
    const page = await readPage(log, { ...query, after }, size);
    expect(page.events.length).toBeLessThanOrEqual(size);
    events.push(...page.events);
    next = page.next;
  } while (next !== undefined);
  return events;
};

describe('a list', () => {
  let runs = 0;
  /** Few times, so that many fall into the same millisecond, and on the edges of hours. */
  const time = fc
    .tuple(fc.integer({ min: 0, max: 5 }), fc.constantFrom(0, 1, 1_800_000, HOUR_MS - 1))
    .map(([hour, ms]) => START + hour * HOUR_MS + ms);
  const claimed = fc.record({
    source: fc.constantFrom('one', 'two', 'three'),
    at: time.map(iso),
    entity: fc.constantFrom('contact', 'invoice'),
    entityId: fc.constantFrom('1', '2'),
    duplicates: fc.constantFrom(0, 0, 1),
  });
  const optional = <T>(...values: readonly T[]) => fc.constantFrom(undefined, ...values);

  test('has each event exactly once, in order, over all pages, whatever came when', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(claimed, { maxLength: 40 }),
        fc.record({
          sources: fc.subarray(['one', 'two', 'three'], { minLength: 1 }),
          since: time.map(iso),
          until: time.map(iso),
          order: fc.constantFrom<Order>('newest', 'oldest'),
          entity: optional('contact'),
          entityId: optional('2'),
          type: optional('altoviz.contact.created', 'altoviz.invoice.created'),
          duplicates: optional(true),
        }),
        fc.integer({ min: 1, max: 50 }),
        async (all, query, size) => {
          const ofRun = (source: string) => `${source}-${runs}`;
          runs++;
          const written = await Promise.all(
            all.map(async (event) => {
              const source = ofRun(event.source);
              return { ...event, source, key: await claim({ ...event, source }) };
            }),
          );
          const asked: EventQuery = { ...query, sources: query.sources.map(ofRun) };
          const expected = written
            .filter(({ source }) => asked.sources.includes(source))
            .filter(({ at }) => at >= query.since && at <= query.until)
            .filter(({ entity }) => query.entity === undefined || entity === query.entity)
            .filter(({ entityId }) => query.entityId === undefined || entityId === query.entityId)
            .filter(({ entity }) => query.type === undefined || query.type === `altoviz.${entity}.created`)
            .filter(({ duplicates }) => query.duplicates !== true || duplicates > 0)
            .sort(compareIn(query.order));
          const read = await readAll(asked, size);
          expect(read.map(({ key }) => key)).toEqual(expected.map(({ key }) => key));
          expect(read.map(({ duplicates }) => duplicates)).toEqual(
            expected.map(({ duplicates }) => duplicates),
          );
        },
      ),
      { numRuns: 20 },
    );
  });

  test('is whole where more came in one millisecond than a read takes', async () => {
    const at = iso(START);
    const before = iso(START - 1);
    const event = { source: 'flood', entity: 'contact', entityId: '1', duplicates: 0 };
    const keys: string[] = [];
    while (keys.length < 240) {
      const times = Array.from({ length: 30 }, (_, number) => (keys.length + number < 3 ? before : at));
      keys.push(...(await Promise.all(times.map((time) => claim({ ...event, at: time })))));
    }
    const query = { sources: ['flood'], since: before, until: at, order: 'newest' } as const;
    for (const more of [{}, { entity: 'contact', entityId: '1' }]) {
      const read = await readAll({ ...query, ...more }, 60);
      expect(read.map(({ key }) => key)).toEqual(read.toSorted(compareIn('newest')).map(({ key }) => key));
      expect(read.map(({ key }) => key).sort()).toEqual(keys.toSorted());
    }
  }, 30_000);

  test('of nothing is empty, also over quiet days', async () => {
    const query = { sources: ['quiet'], since: iso(START - 72 * HOUR_MS), until: iso(START) } as const;
    expect(await readPage(log, { ...query, order: 'newest' }, 10)).toEqual({ events: [] });
    expect(await readPage(log, { ...query, order: 'oldest', since: iso(START + 1) }, 10)).toEqual({
      events: [],
    });
    expect(await readPage(log, { ...query, order: 'newest', sources: [] }, 10)).toEqual({ events: [] });
  });

  test('reads no further than it is read', async () => {
    let reads = 0;
    const counted = new DynamoDBClient();
    counted.middlewareStack.add(
      (next) => (args) => {
        reads++;
        return next(args);
      },
      { step: 'initialize' },
    );
    const event = { source: 'busy', entity: 'contact', entityId: '1', duplicates: 0 };
    for (let hour = 0; hour < 20; hour++) await claim({ ...event, at: iso(START - hour * HOUR_MS) });
    const query = { sources: ['busy'], since: iso(START - 720 * HOUR_MS), until: iso(START) } as const;
    const page = await readPage({ ...log, dynamo: counted }, { ...query, order: 'newest' }, 5);
    expect(page.events).toHaveLength(5);
    // Four shards for each hour that it took, and one more to know that there is more.
    expect(reads).toBeLessThanOrEqual(6 * 4);
    counted.destroy();
  });
});

describe('where the stack was deployed without the index', () => {
  test.each([
    [{}, 'searchBySource: false'],
    // Neither the index by entity nor the one that would do its work.
    [{ entity: 'contact', entityId: '7' }, 'searchBySource: false'],
  ])('%j says so', async (filter, sentence) => {
    const bare = await startEventLogTable([]);
    const dynamo = new DynamoDBClient();
    const query = {
      sources: ['one'],
      since: iso(START),
      until: iso(START),
      order: 'newest',
      ...filter,
    } as const;
    await expect(searchEvents({ dynamo, table: bare.name }, query).next()).rejects.toThrow(sentence);
    dynamo.destroy();
    await bare.stop();
  });
});

test('without the index by entity, the index by source finds the same history', async () => {
  const bare = await startEventLogTable([SOURCE_INDEX]);
  const dynamo = new DynamoDBClient();
  const few = dynamoEventLog(bare.name, 30 * 24 * 60 * 60, Date.now, dynamo);
  const history = [0, 5, 31].map((hours) => iso(START - hours * HOUR_MS));
  const keys: string[] = [];
  for (const at of history) {
    for (const entityId of ['7', '8']) {
      const key = `one:${digest(crypto.randomUUID())}`;
      if (entityId === '7') keys.push(key);
      const event = anEvent({ id: key, entity: 'contact', subject: entityId, receivedat: at });
      const source = { name: 'one', provider: 'altoviz', settings: {} };
      await claimEvent(few, event, aDelivery({ receivedAt: at, source }));
    }
  }
  const found: ListedEvent[] = [];
  const query = {
    sources: ['one'],
    since: iso(START - 72 * HOUR_MS),
    until: iso(START),
    order: 'newest',
  } as const;
  for await (const event of searchEvents(
    { dynamo, table: bare.name },
    { ...query, entity: 'contact', entityId: '7' },
  ))
    found.push(event);
  expect(found.map(({ key, at }) => [key, at])).toEqual(keys.map((key, index) => [key, history[index]]));
  dynamo.destroy();
  await bare.stop();
});

test.each(['', 'x', '2026-11-22T05:00:00.000Z', '2026-11-22T05:00:00.000Z,', '2026-11-22T05:00:00.000Z,<b>'])(
  '%j is no place in a list',
  (word) => {
    expect(readPosition(word)).toBeUndefined();
  },
);
