import { randomBytes } from 'node:crypto';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type RejectedRequest, toRequest } from '../../../lambdas/core/rejected-request.ts';
import { findEvent } from '../../../lambdas/event-log/find-event.ts';
import { findRejected } from '../../../lambdas/event-log/find-rejected.ts';
import {
  keepRejected,
  MAX_ITEM_BODY_BYTES,
  type RejectedStore,
} from '../../../lambdas/event-log/keep-rejected.ts';
import { markRetried } from '../../../lambdas/event-log/mark-retried.ts';
import { QUOTA } from '../../../lambdas/event-log/rejected-quota.ts';
import { quotaKey, rejectedKey } from '../../../lambdas/event-log/schema.ts';
import { searchEvents } from '../../../lambdas/event-log/search.ts';
import { searchRejected } from '../../../lambdas/event-log/search-rejected.ts';
import { requestOf, type StoredRejection } from '../../../lambdas/event-log/stored-rejection.ts';
import { type EventLogTable, startEventLogTable } from '../support/dynamo.ts';
import { objectsInMemory } from '../support/objects.ts';
import { aRejected } from '../support/rejected.ts';

let table: EventLogTable;
let log: RejectedStore & { readonly dynamo: DynamoDBClient };
const objects = objectsInMemory();
beforeAll(async () => {
  table = await startEventLogTable();
  log = { dynamo: new DynamoDBClient(), table: table.name, objects };
});
afterAll(async () => {
  log.dynamo.destroy();
  await table.stop();
});

const AT = '2026-11-21T10:00:00.000Z';
const NOW = Date.parse(AT) + 60_000;
let sources = 0;
const newSource = () => `shop-${++sources}`;

const list = async (source: string, reason?: string) => {
  const found = [];
  const range = {
    since: '2026-11-21T00:00:00.000Z',
    until: '2026-11-23T00:00:00.000Z',
    order: 'oldest',
  } as const;
  for await (const one of searchRejected(log, { sources: [source], reason, ...range })) found.push(one);
  return found;
};

test('what is kept is found as it was handed over, until it expires', async () => {
  const rejected = aRejected({ receivedAt: AT, keep: 3_600, hashed: ['header:x-token'], isSigned: true });
  expect(await keepRejected(log, rejected, NOW)).toBe('kept');
  const found = await findRejected(log, rejected.id, NOW);
  expect(found).toEqual({ ...rejected, expiresAt: new Date(Date.parse(AT) + 3_600_000) });
  expect(await findRejected(log, rejected.id, Date.parse(AT) + 3_600_000)).toBeUndefined();
  expect(await keepRejected(log, aRejected({ receivedAt: AT, keep: 3_600 }), NOW + 3_600_000)).toBe(
    'expired',
  );
});

test('lists are in the order of the receipt, of one reason if asked, and have no events in them', async () => {
  const source = newSource();
  const kept: RejectedRequest[] = [];
  for (const minute of [3, 1, 2]) {
    const rejected = aRejected({
      source,
      receivedAt: `2026-11-21T10:0${minute}:00.000Z`,
      reason: minute === 2 ? 'stale' : 'signature-mismatch',
      isSigned: minute === 2,
    });
    await keepRejected(log, rejected, NOW);
    kept.push(rejected);
  }
  const [third, first, second] = kept;
  expect((await list(source)).map(({ id }) => id)).toEqual([first?.id, second?.id, third?.id]);
  expect(await list(source, 'stale')).toEqual([
    {
      id: second?.id,
      receivedAt: '2026-11-21T10:02:00.000Z',
      source,
      provider: 'altoviz',
      reason: 'stale',
      isSigned: true,
    },
  ]);
  const query = { sources: [source], since: '2026-11-21T00:00:00.000Z', until: '2026-11-23T00:00:00.000Z' };
  for await (const event of searchEvents(log, { ...query, order: 'oldest' })) throw new Error(event.key);
  expect(await findEvent(log, rejectedKey(first?.id ?? ''))).toBeUndefined();
});

test('a quota of each source and day, and another one for those whose signature holds', async () => {
  const source = newSource();
  await log.dynamo.send(
    new PutItemCommand({
      TableName: log.table,
      Item: { key: { S: quotaKey(source, AT, false) }, count: { N: String(QUOTA - 1) } },
    }),
  );
  const keepOne = (over: Partial<RejectedRequest>) =>
    keepRejected(log, aRejected({ source, receivedAt: AT, ...over }), NOW);
  expect(await keepOne({})).toBe('kept');
  expect(await keepOne({})).toBe('over-quota');
  expect(await keepOne({ isSigned: true })).toBe('kept');
  expect(await keepOne({ source: newSource() })).toBe('kept');
  expect(await keepOne({ receivedAt: '2026-11-22T00:00:00.000Z' })).toBe('kept');
  expect(await list(source)).toHaveLength(3);
});

test('a request takes one of the quota, however often SQS delivers it', async () => {
  const source = newSource();
  const rejected = aRejected({ source, receivedAt: AT });
  for (let time = 0; time < 3; time++) expect(await keepRejected(log, rejected, NOW)).toBe('kept');
  const key = { key: { S: quotaKey(source, AT, false) } };
  const count = async () => {
    const { Item } = await log.dynamo.send(new GetItemCommand({ TableName: log.table, Key: key }));
    return Number(Item?.count?.N);
  };
  expect(await count()).toBe(1);
  await keepRejected(log, aRejected({ source, receivedAt: AT }), NOW);
  expect(await count()).toBe(2);

  // The last of the quota too, whose answer was lost.
  const last = aRejected({ source, receivedAt: AT });
  const full = { ...key, count: { N: String(QUOTA) }, last: { S: last.id } };
  await log.dynamo.send(new PutItemCommand({ TableName: log.table, Item: full }));
  expect(await keepRejected(log, last, NOW)).toBe('kept');
  expect(await count()).toBe(QUOTA);
});

describe('a body that is too large for an item', () => {
  const large = () =>
    aRejected({ source: newSource(), receivedAt: AT }, randomBytes(MAX_ITEM_BODY_BYTES).toString('base64'));

  test('lies in the bucket, and is read from there', async () => {
    const rejected = large();
    expect(await keepRejected(log, rejected, NOW)).toBe('kept');
    const uri = `s3://gatepost-bodies/rejected/${rejected.source}/${rejected.id}`;
    expect(objects.kept.get(uri)?.toString('base64')).toBe(rejected.bodyGzip);
    const found = await findRejected(log, rejected.id, NOW);
    expect(found).toMatchObject({ id: rejected.id, bodyRef: uri });
    expect(found).not.toHaveProperty('bodyGzip');
    expect(await requestOf(found as StoredRejection, objects)).toEqual(toRequest(rejected));
  });

  test('is written within the quota only, and before the record that refers to it', async () => {
    const rejected = large();
    const before = objects.kept.size;
    await log.dynamo.send(
      new PutItemCommand({
        TableName: log.table,
        Item: { key: { S: quotaKey(rejected.source, AT, false) }, count: { N: String(QUOTA) } },
      }),
    );
    expect(await keepRejected(log, rejected, NOW)).toBe('over-quota');
    expect(await keepRejected(log, { ...rejected, keep: 1 }, NOW)).toBe('expired');
    expect(objects.kept.size).toBe(before);

    const other = large();
    const away = { ...objects, put: async () => Promise.reject(new Error('S3 is away')) };
    await expect(keepRejected({ ...log, objects: away }, other, NOW)).rejects.toThrow('S3 is away');
    expect(await findRejected(log, other.id, NOW)).toBeUndefined();
  });

  test('is none up to the limit of an item', async () => {
    const bytes = randomBytes(MAX_ITEM_BODY_BYTES);
    const rejected = aRejected({ source: newSource(), receivedAt: AT, bodyGzip: bytes.toString('base64') });
    const before = objects.kept.size;
    expect(await keepRejected(log, rejected, NOW)).toBe('kept');
    expect(objects.kept.size).toBe(before);
    expect(await findRejected(log, rejected.id, NOW)).toMatchObject({ bodyGzip: rejected.bodyGzip });
  });
});

test('what was noted of a try stays when SQS delivers the request again, and what was stored stays stored', async () => {
  const source = newSource();
  const rejected = aRejected({ source, receivedAt: AT });
  await keepRejected(log, rejected, NOW);
  const tried = { at: AT, by: 'me', outcome: 'refused', reason: 'stale' } as const;
  await markRetried(log, rejected.id, tried);
  expect((await findRejected(log, rejected.id, NOW))?.retried).toEqual(tried);
  expect(await list(source)).toMatchObject([{ retried: 'refused' }]);

  const stored = { at: AT, by: 'me', outcome: 'stored', deliveryId: 'd-1' } as const;
  await markRetried(log, rejected.id, stored);
  await markRetried(log, rejected.id, tried);
  await keepRejected(log, rejected, NOW);
  expect((await findRejected(log, rejected.id, NOW))?.retried).toEqual(stored);
  await markRetried(log, '00000000-0000-4000-8000-000000000000', stored);
  expect(await findRejected(log, '00000000-0000-4000-8000-000000000000', NOW)).toBeUndefined();
});

test.each(['', 'x', '../x', 'progress/abc', 'billing:abc'])('no id is %j', async (id) => {
  expect(await findRejected(log, id, NOW)).toBeUndefined();
});
