import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readEventPage } from '../../../lambdas/console/event-list.ts';
import type { EventPage } from '../../../lambdas/console/model.ts';
import { digest } from '../../../lambdas/core/digest.ts';
import { dynamoEventLog } from '../../../lambdas/event-log/claim.ts';
import { readPosition } from '../../../lambdas/event-log/position.ts';
import { aDelivery, anEvent } from '../support/deliveries.ts';
import { type EventLogTable, startEventLogTable } from '../support/dynamo.ts';
import { claimEvent } from '../support/interpreted.ts';

const HOUR = 3_600_000;
const NOW = Date.parse('2026-11-22T12:30:00.000Z');
/** Hours ago at which an event came. */
const AGO = [0, 0, 1, 7, 8, 9];
let table: EventLogTable;
let dynamo: DynamoDBClient;

beforeAll(async () => {
  table = await startEventLogTable();
  dynamo = new DynamoDBClient();
  const log = dynamoEventLog(table.name, 30 * 86_400, () => NOW);
  for (const [index, hours] of AGO.entries()) {
    const receivedat = new Date(NOW - hours * HOUR).toISOString();
    const event = anEvent({ id: `billing:${digest(String(index))}`, receivedat, subject: String(index) });
    await claimEvent(log, event, aDelivery({ receivedAt: receivedat }));
  }
});
afterAll(async () => {
  dynamo.destroy();
  await table.stop();
});

const read = (cursor?: string, size = 2, patienceMs = 60_000) =>
  readEventPage(
    { log: { dynamo, table: table.name }, sources: ['billing'], size, patienceMs },
    {},
    { since: NOW - 10 * HOUR, until: NOW },
    cursor === undefined ? undefined : readPosition(cursor),
  );

/** The pages, one after the other, as somebody goes through them. */
const all = async (size: number, patienceMs?: number): Promise<readonly EventPage[]> => {
  const pages = [await read(undefined, size, patienceMs)];
  while (pages.at(-1)?.cursor !== undefined) pages.push(await read(pages.at(-1)?.cursor, size, patienceMs));
  return pages;
};
const idsOf = (pages: readonly EventPage[]) =>
  pages.flatMap(({ events }) => events.map(({ entityId }) => Number(entityId)));

test('all events of the time are found, newest first, each once', async () => {
  const pages = await all(2);
  expect(pages.map(({ events }) => events.length)).toEqual([2, 2, 2]);
  const ids = idsOf(pages);
  expect(ids.slice(0, 2).sort()).toEqual([0, 1]);
  expect(ids.slice(2)).toEqual([2, 3, 4, 5]);
});

test('where time runs out it says how far it has come, and goes on from there', async () => {
  const pages = await all(25, -1);
  expect(pages[0]?.searchedUntil).toBe(new Date(NOW - 6 * HOUR).toISOString());
  expect(pages.length).toBeGreaterThan(1);
  expect(idsOf(pages).toSorted()).toEqual([0, 1, 2, 3, 4, 5]);
  expect(pages.at(-1)?.searchedUntil).toBeUndefined();
});

test('what lies outside of the time is left out', async () => {
  const page = await readEventPage(
    { log: { dynamo, table: table.name }, sources: ['billing'], size: 25, patienceMs: 60_000 },
    {},
    { since: NOW - 9 * HOUR + 1, until: NOW - 1 },
    undefined,
  );
  expect(idsOf([page])).toEqual([2, 3, 4]);
});
