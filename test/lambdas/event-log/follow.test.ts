import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { dynamoEventLog } from '../../../lambdas/event-log/claim.ts';
import { followEvents } from '../../../lambdas/event-log/follow.ts';
import type { EventLogTable as ReadTable } from '../../../lambdas/event-log/partition.ts';
import { lastReceived, sourceActivity } from '../../../lambdas/history/activity.ts';
import { aDelivery, anEvent } from '../support/deliveries.ts';
import { type EventLogTable, startEventLogTable } from '../support/dynamo.ts';
import { claimEvent } from '../support/interpreted.ts';

const START = Date.parse('2026-11-21T23:59:30.000Z');
const iso = (afterMs: number) => new Date(START + afterMs).toISOString();

let table: EventLogTable;
let log: ReadTable;
beforeAll(async () => {
  table = await startEventLogTable();
  log = { dynamo: new DynamoDBClient(), table: table.name };
});
afterAll(async () => {
  log.dynamo.destroy();
  await table.stop();
});

const came = async (source: string, name: string, afterMs: number, replayof?: string) => {
  const receivedAt = iso(afterMs);
  await claimEvent(
    dynamoEventLog(table.name, 30 * 86_400),
    anEvent({ id: `${source}:${name}`, receivedat: receivedAt, ...(replayof !== undefined && { replayof }) }),
    aDelivery({
      deliveryId: crypto.randomUUID(),
      receivedAt,
      source: { name: source, provider: 'altoviz', settings: {} },
    }),
  );
};

test('what comes is shown once, over the turn of an hour, and also where it comes late', async () => {
  await came('one', 'before', -60_000);
  await came('one', 'first', 0);
  let clock = 1_000;
  /** What happens while the follower waits. */
  const meanwhile = [
    () => came('one', 'second', 1_500),
    // Received before the second, and held up on its way.
    () => came('one', 'late', 500),
    () => came('one', 'first', 3_000),
    () => came('one', 'next-hour', 40_000),
  ];
  const waited: number[] = [];
  const sleep = async (ms: number) => {
    waited.push(ms);
    clock += 20_000;
    const next = meanwhile.shift();
    if (next === undefined) throw new Error('interrupted');
    await next();
  };
  const shown: string[] = [];
  const following = followEvents(
    log,
    { sources: ['one'], since: iso(0) },
    { now: () => START + clock, sleep },
  );
  await expect(
    (async () => {
      for await (const { key } of following) shown.push(key.replace('one:', ''));
    })(),
  ).rejects.toThrow('interrupted');
  expect(shown).toEqual(['first', 'second', 'late', 'next-hour']);
  expect(waited).toEqual([2_000, 2_000, 2_000, 2_000, 2_000]);
});

test('what came to a source is counted, replays aside', async () => {
  for (let number = 0; number < 5; number++) await came('two', `event-${number}`, number * 1_000);
  await came('two', 'event-0', 9_000);
  await came('two', 'event-0~r1', 20_000, 'two:event-0');
  await came('three', 'other', 0);
  expect(await sourceActivity(log, 'two', iso(1_000), iso(60_000))).toEqual({
    ...{ events: 4, duplicates: 0, lastReceivedAt: iso(4_000) },
  });
  expect(await sourceActivity(log, 'two', iso(0), iso(60_000))).toMatchObject({ events: 5, duplicates: 1 });
  expect(await sourceActivity(log, 'nobody', iso(0), iso(60_000))).toEqual({ events: 0, duplicates: 0 });
  expect(await lastReceived(log, 'two', iso(0), iso(60_000))).toBe(iso(4_000));
  expect(await lastReceived(log, 'two', iso(5_000), iso(60_000))).toBeUndefined();
});
