import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
  type FilterLogEventsCommandInput,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { LOCAL_CLIENT } from '../../../local/aws/endpoints.ts';
import { type LocalLogs, startLogs } from '../../../local/aws/logs.ts';

const GROUP = '/aws/lambda/gatepost-fan-out';
const START = Date.parse('2026-11-22T05:00:00Z');

let logs: LocalLogs;
let client: CloudWatchLogsClient;
beforeEach(async () => {
  logs = await startLogs(0, [GROUP, 'other'], 1_000);
  client = new CloudWatchLogsClient({ ...LOCAL_CLIENT, endpoint: logs.url, maxAttempts: 1 });
});
afterEach(async () => {
  jest.restoreAllMocks();
  client.destroy();
  await logs.stop();
});

const putAt = (ms: number, text: string, group = GROUP) => {
  jest.spyOn(Date, 'now').mockReturnValueOnce(START + ms);
  logs.put(group, text);
};
const filter = (input: Partial<FilterLogEventsCommandInput> = {}) =>
  client.send(new FilterLogEventsCommand({ logGroupName: GROUP, ...input }));
const messages = async (input: Partial<FilterLogEventsCommandInput> = {}) =>
  (await filter(input)).events?.map(({ message }) => message);

test('gives the lines of a group, first to last, with their times', async () => {
  putAt(0, 'one');
  putAt(1, 'elsewhere', 'other');
  putAt(2, 'two');
  const { events = [], nextToken } = await filter();
  expect(events.map(({ message, timestamp }) => [message, timestamp])).toEqual([
    ['one', START],
    ['two', START + 2],
  ]);
  expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(2);
  expect(nextToken).toBeUndefined();
  const logGroupIdentifier = `arn:aws:logs:us-east-1:000000000000:log-group:${GROUP}`;
  expect(await messages({ logGroupName: undefined, logGroupIdentifier })).toEqual(['one', 'two']);
});

test('of a span of time, both ends included', async () => {
  for (const ms of [0, 1, 2, 3]) putAt(ms, `${ms}`);
  expect(await messages({ startTime: START + 1, endTime: START + 2 })).toEqual(['1', '2']);
});

test('in which all quoted terms stand', async () => {
  for (const text of ['{"key":"a:b~c","n":1}', '{"key":"a:b"}', 'A:B', 'say "hi"']) logs.put(GROUP, text);
  expect(await messages({ filterPattern: '"a:b"' })).toEqual(['{"key":"a:b~c","n":1}', '{"key":"a:b"}']);
  expect(await messages({ filterPattern: '"a:b" "~c"' })).toEqual(['{"key":"a:b~c","n":1}']);
  expect(await messages({ filterPattern: '"\\"hi\\""' })).toEqual(['say "hi"']);
  expect(await messages({ filterPattern: '"nobody"' })).toEqual([]);
});

test('in pieces, where asked for', async () => {
  for (const text of ['1', '2', '3']) logs.put(GROUP, text);
  const first = await filter({ limit: 2 });
  expect(first.events?.map(({ message }) => message)).toEqual(['1', '2']);
  // What comes meanwhile changes nothing about what was given.
  logs.put(GROUP, '4');
  expect(await messages({ limit: 2, nextToken: first.nextToken })).toEqual(['3', '4']);
});

test('keeps so much; the oldest lines go, and the last one stays however long it is', async () => {
  for (let number = 0; number < 100; number++) logs.put(GROUP, `${number}`.padStart(100, '.'));
  const kept = await messages();
  expect(kept?.map((text) => Number(text?.replaceAll('.', '')))).toEqual(
    Array.from({ length: 10 }, (_, index) => 90 + index),
  );
  logs.put(GROUP, 'x'.repeat(5_000));
  expect(await messages()).toEqual(['x'.repeat(5_000)]);
});

test.each([
  [{ logGroupName: 'no-such' }, 'ResourceNotFoundException'],
  [{ filterPattern: '{ $.outcome = "routed" }' }, 'InvalidParameterException'],
  [{ filterPattern: 'bare' }, 'InvalidParameterException'],
  [{ nextToken: 'mine' }, 'InvalidParameterException'],
])('%j is refused', async (input, name) => {
  await expect(filter(input)).rejects.toMatchObject({ name });
});

test('does nothing else, and says so', async () => {
  await expect(client.send(new DescribeLogGroupsCommand({}))).rejects.toThrow(
    'supports FilterLogEvents only',
  );
});

test('lines of a group that nobody knows go nowhere', () => {
  expect(() => logs.put('no-such', 'line')).not.toThrow();
});
