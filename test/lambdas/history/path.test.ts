import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { dynamoEventLog } from '../../../lambdas/event-log/claim.ts';
import { findEvent, type StoredEvent } from '../../../lambdas/event-log/find-event.ts';
import { findPath } from '../../../lambdas/history/path.ts';
import { knownState } from '../../../lambdas/history/state.ts';
import { LOCAL_CLIENT } from '../../../local/aws/endpoints.ts';
import { type LocalLogs, startLogs } from '../../../local/aws/logs.ts';
import { type LocalSqs, startSqs } from '../../../local/aws/sqs.ts';
import { aDelivery, anEvent, RECEIVED_AT } from '../support/deliveries.ts';
import { type EventLogTable, startEventLogTable } from '../support/dynamo.ts';
import { claimEvent } from '../support/interpreted.ts';

const INGEST = '/aws/lambda/ingest';
const FAN_OUT = '/aws/lambda/fan-out';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let table: EventLogTable;
let dynamo: DynamoDBClient;
let logs: LocalLogs;
let client: CloudWatchLogsClient;
beforeAll(async () => {
  table = await startEventLogTable();
  dynamo = new DynamoDBClient();
  logs = await startLogs(0, [INGEST, FAN_OUT]);
  client = new CloudWatchLogsClient({ ...LOCAL_CLIENT, endpoint: logs.url });
});
afterAll(async () => {
  dynamo.destroy();
  client.destroy();
  await logs.stop();
  await table.stop();
});

let events = 0;
let event: StoredEvent;
let deliveryId: string;
/** Another delivery of the event. */
const deliver = async (
  id: string,
  receivedAt = RECEIVED_AT.toISOString(),
  over: Partial<Parameters<typeof aDelivery>[0]> = {},
) => {
  await claimEvent(
    dynamoEventLog(table.name, 30 * 86_400),
    anEvent({ id: event.key, deliveryid: id }),
    aDelivery({ deliveryId: id, receivedAt, ...over }),
  );
  await read();
};
const read = async () => {
  const found = await findEvent({ dynamo, table: table.name }, event.key);
  if (found === undefined) throw new Error('it is not in the log');
  event = found;
};
beforeEach(async () => {
  deliveryId = `delivery-of-${++events}`;
  event = { key: `billing:event-${events}` } as StoredEvent;
  await deliver(deliveryId);
});

/** A function prints a line, that long after the event was received. */
const printed = (group: string, afterMs: number, fields: Readonly<Record<string, unknown>>) => {
  const now = jest.spyOn(Date, 'now').mockReturnValueOnce(RECEIVED_AT.getTime() + afterMs);
  logs.put(group, JSON.stringify({ level: 'INFO', deliveryId, ...fields }));
  now.mockRestore();
};
const accepted = () =>
  printed(INGEST, 20, { outcome: 'accepted', key: event.key, verifyMs: 1.5, answerMs: 19 });
const routed = (afterMs = 90, more = {}) =>
  printed(FAN_OUT, afterMs, {
    outcome: 'routed',
    key: event.key,
    entity: 'contact',
    lagMs: afterMs,
    ...more,
  });
const failed = (afterMs: number) =>
  printed(FAN_OUT, afterMs, { outcome: 'failed', messageId: 'm-1', cause: { name: 'TimeoutError' } });

const path = (afterMs = HOUR * 24) =>
  findPath({ logs: client, ingest: INGEST, fanOut: FAN_OUT }, event, RECEIVED_AT.getTime() + afterMs);
const stages = async () => (await path()).stages.map(({ stage }) => stage);
const state = async () => knownState(event, await path());

describe('the path of an event', () => {
  test('is what the functions said of it', async () => {
    accepted();
    routed();
    printed(FAN_OUT, 95, { outcome: 'routed', key: 'billing:other', deliveryId: 'other', entity: 'quote' });
    // Another event of the same delivery.
    printed(FAN_OUT, 95, { outcome: 'routed', key: 'billing:beside', entity: 'quote' });
    const { stages, isComplete, looked } = await path();
    expect(stages).toEqual([
      { stage: 'accepted', at: new Date(+RECEIVED_AT + 20), deliveryId, verifyMs: 1.5, answerMs: 19 },
      {
        stage: 'routed',
        at: new Date(+RECEIVED_AT + 90),
        deliveryId,
        key: event.key,
        entity: 'contact',
        sentTo: ['contact'],
        lagMs: 90,
      },
    ]);
    expect(isComplete).toBe(true);
    expect(looked).toHaveLength(1);
  });

  test('has the failures before it was routed, hours later too', async () => {
    accepted();
    failed(200);
    failed(3 * HOUR);
    routed(6 * HOUR);
    expect(await stages()).toEqual(['accepted', 'failed', 'failed', 'routed']);
    expect(await state()).toMatchObject({
      state: 'routed',
      routedTo: ['contact'],
      deadLetters: [],
      maybeDeadLetters: [],
    });
  });

  test('has its duplicates with their deliveries, days later too', async () => {
    accepted();
    routed();
    const again = new Date(RECEIVED_AT.getTime() + 48 * HOUR).toISOString();
    await deliver('again', again);
    printed(FAN_OUT, 48 * HOUR + 50, {
      outcome: 'duplicate',
      key: event.key,
      deliveryId: 'again',
      lagMs: 50,
    });
    const { stages } = await path(72 * HOUR);
    expect(stages.at(-1)).toMatchObject({ stage: 'duplicate', deliveryId: 'again', lagMs: 50 });
    expect(event).toMatchObject({ duplicates: 1, lastDuplicate: 'again', lastDuplicateAt: again });
  });

  test('begins when it was taken back, if it was refused at first', async () => {
    event = { key: `${event.key}-refused` } as StoredEvent;
    const at = new Date(RECEIVED_AT.getTime() + 48 * HOUR).toISOString();
    deliveryId = `${deliveryId}-refused`;
    await deliver(deliveryId, RECEIVED_AT.toISOString(), { retry: { of: 'rejected-1', at } });
    routed(48 * HOUR + 50, { lagMs: 50 });
    expect((await path(72 * HOUR)).stages).toMatchObject([{ stage: 'routed', lagMs: 50 }]);
  });

  test('does not take a line of a payload for one of its own', async () => {
    logs.put(FAN_OUT, `no JSON, but ${event.key}`);
    printed(FAN_OUT, 10, { outcome: 'something else', key: event.key });
    expect(await stages()).toEqual([]);
  });
});

describe('its state', () => {
  test('is that it is stored, while no line says more', async () => {
    accepted();
    expect(await state()).toMatchObject({ state: 'stored', replays: 0 });
  });

  test('is that it failed, while the last word of fan-out is a failure', async () => {
    failed(100);
    failed(180_000);
    expect(await state()).toMatchObject({ state: 'failed', cause: { name: 'TimeoutError' }, replays: 0 });
  });

  test('is not that of a replay of it', async () => {
    failed(100);
    printed(FAN_OUT, 500, {
      ...{ outcome: 'routed', key: `${event.key}~r1`, replayOf: event.key },
      ...{ deliveryId: 'replayed', entity: 'contact' },
    });
    expect(await state()).toMatchObject({ state: 'failed' });
    expect(await stages()).toEqual(['failed', 'routed']);
  });
});

describe('in a dead-letter queue', () => {
  let sqs: LocalSqs;
  let queues: SQSClient;
  beforeAll(async () => {
    sqs = await startSqs(0);
    queues = new SQSClient({ ...LOCAL_CLIENT, endpoint: sqs.url });
  });
  afterAll(async () => {
    queues.destroy();
    await sqs.stop();
  });
  let urls: Readonly<Record<string, string>>;
  beforeEach(async () => {
    urls = Object.fromEntries(
      ['intake', 'contact'].map((name) => [name, sqs.queueUrl(`${name}-${events}.fifo`)]),
    );
    for (const name of Object.keys(urls)) {
      await queues.send(
        new CreateQueueCommand({ QueueName: `${name}-${events}.fifo`, Attributes: { FifoQueue: 'true' } }),
      );
    }
  });

  const lies = (queue: string, body: unknown, group: string = crypto.randomUUID()) =>
    queues.send(
      new SendMessageCommand({
        QueueUrl: urls[queue],
        MessageBody: JSON.stringify(body),
        MessageGroupId: group,
        MessageDeduplicationId: crypto.randomUUID(),
      }),
    );
  const look = async () =>
    knownState(event, await path(), {
      sqs: queues,
      prefix: 'gatepost',
      urlsOf: (queue) => [urls[queue] ?? ''],
    });
  const others = async (queue: string, count: number) => {
    for (let number = 0; number < count; number++)
      await lies(queue, { id: `other-${number}`, deliveryId: 'x' });
  };

  test('of intake: fan-out has given up on its delivery', async () => {
    failed(100);
    await others('intake', 12);
    await lies('intake', { deliveryId });
    expect(await look()).toMatchObject({ state: 'failed', deadLetters: ['intake'] });
  });

  test('of intake: fan-out has never come to say anything of it', async () => {
    accepted();
    await lies('intake', { deliveryId });
    expect(await look()).toMatchObject({ state: 'failed', deadLetters: ['intake'], maybeDeadLetters: [] });
  });

  test('of its entity: the consumer has given up on it; and it is still there, for whoever comes next', async () => {
    routed();
    await lies('contact', { id: event.key });
    await others('contact', 3);
    expect(await look()).toMatchObject({
      state: 'failed',
      routedTo: ['contact'],
      deadLetters: ['contact'],
      replays: 0,
    });
    const { Messages } = await queues.send(
      new ReceiveMessageCommand({ QueueUrl: urls.contact, MaxNumberOfMessages: 10 }),
    );
    expect(Messages).toHaveLength(4);
  });

  test('is not said of an event that is in none', async () => {
    routed();
    await others('contact', 3);
    expect(await look()).toMatchObject({
      state: 'routed',
      routedTo: ['contact'],
      deadLetters: [],
      maybeDeadLetters: [],
    });
  });

  test('is left open where it may stand behind another of its group', async () => {
    routed();
    await lies('contact', { id: 'before' }, 'one-group');
    await lies('contact', { id: event.key }, 'one-group');
    expect(await look()).toMatchObject({
      state: 'routed',
      routedTo: ['contact'],
      maybeDeadLetters: ['contact'],
      replays: 0,
    });
  });
});
