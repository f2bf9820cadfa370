import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Resource } from '../../../local/assembly/stack.ts';
import { LOCAL_CLIENT } from '../../../local/aws/endpoints.ts';
import { type LocalSqs, startSqs } from '../../../local/aws/sqs.ts';
import { type Mapping, startMapping } from '../../../local/functions/event-source-mapping.ts';
import { batchesOf, type SqsRecord } from '../../../local/functions/sqs-record.ts';

let sqs: LocalSqs;
let client: SQSClient;
let mapping: Mapping | undefined;
let queue: { readonly url: string; readonly dlq: string; readonly arn: string };
let batches: (readonly SqsRecord[])[] = [];

beforeAll(async () => {
  sqs = await startSqs(0);
  client = new SQSClient({ ...LOCAL_CLIENT, endpoint: sqs.url });
});
let count = 0;
beforeEach(async () => {
  batches = [];
  const name = `intake-${count++}`;
  const arn = (queue: string) => `arn:aws:sqs:us-east-1:000000000000:${queue}.fifo`;
  await create(`${name}-dlq.fifo`, {});
  await create(`${name}.fifo`, {
    VisibilityTimeout: 1,
    RedrivePolicy: { deadLetterTargetArn: arn(`${name}-dlq`), maxReceiveCount: 2 },
  });
  queue = { url: sqs.queueUrl(`${name}.fifo`), dlq: sqs.queueUrl(`${name}-dlq.fifo`), arn: arn(name) };
});
afterEach(() => mapping?.stop());
afterAll(async () => {
  client.destroy();
  await sqs.stop();
});

const create = (name: string, properties: Record<string, unknown>) =>
  sqs.createQueue({
    attribute: () => name,
    properties: { QueueName: name, FifoQueue: true, DeduplicationScope: 'messageGroup', ...properties },
  } as unknown as Resource);

const send = (group: string, ...bodies: readonly string[]) =>
  bodies.reduce(async (before, body) => {
    await before;
    await client.send(
      new SendMessageCommand({
        QueueUrl: queue.url,
        MessageBody: body,
        MessageGroupId: group,
        MessageDeduplicationId: body,
        MessageAttributes: { kind: { DataType: 'String', StringValue: 'test' } },
      }),
    );
  }, Promise.resolve());

/** Maps the queue to a function that does this with each batch. */
const map = (
  work: (records: readonly SqsRecord[]) => unknown,
  more: {
    readonly reportsFailures?: boolean;
    readonly concurrency?: number;
    readonly batchSize?: number;
  } = {},
) => {
  mapping = startMapping(
    {
      queueUrl: queue.url,
      queueArn: queue.arn,
      batchSize: 10,
      reportsFailures: true,
      concurrency: 2,
      ...more,
    },
    client,
    {
      invoke: async ({ Records }) => {
        batches.push(Records);
        return work(Records);
      },
    },
    (error) => {
      throw error;
    },
  );
};

const bodies = () => batches.flat().map(({ body }) => body);
const failing =
  (...bad: readonly string[]) =>
  (records: readonly SqsRecord[]) => ({
    batchItemFailures: records
      .filter(({ body }) => bad.includes(body))
      .map(({ messageId }) => ({ itemIdentifier: messageId })),
  });

const depth = async (url: string) => {
  const { Attributes = {} } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }),
  );
  return (
    Number(Attributes.ApproximateNumberOfMessages) + Number(Attributes.ApproximateNumberOfMessagesNotVisible)
  );
};

const until = async (isSo: () => boolean | Promise<boolean>) => {
  for (let tries = 0; tries < 250; tries++) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('not so after 5 s');
};
const empty = () => until(async () => (await depth(queue.url)) === 0);

test('a message reaches the function as Lambda writes it, and is deleted when it is done with', async () => {
  map(() => undefined);
  await send('g', 'hello');
  await empty();
  expect(batches).toEqual([
    [
      {
        messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        receiptHandle: expect.stringMatching(/./),
        body: 'hello',
        attributes: expect.objectContaining({
          ApproximateReceiveCount: '1',
          MessageGroupId: 'g',
          MessageDeduplicationId: 'hello',
          SentTimestamp: expect.stringMatching(/^\d{13}$/),
        }),
        messageAttributes: {
          kind: { stringValue: 'test', stringListValues: [], binaryListValues: [], dataType: 'String' },
        },
        md5OfBody: '5d41402abc4b2a76b9719d911017c592',
        eventSource: 'aws:sqs',
        eventSourceARN: queue.arn,
        awsRegion: 'us-east-1',
      },
    ],
  ]);
  expect(await depth(queue.dlq)).toBe(0);
});

test('a batch holds no more than the batch size', async () => {
  await Promise.all(['a', 'b', 'c', 'd', 'e'].map((group) => send(group, `${group}1`)));
  map(() => undefined, { batchSize: 2 });
  await empty();
  expect(batches.every((batch) => batch.length <= 2)).toBe(true);
  expect(bodies().sort()).toEqual(['a1', 'b1', 'c1', 'd1', 'e1']);
});

describe('what fails comes again after the visibility time-out, then goes to the dead-letter queue', () => {
  test('only what the function reports', async () => {
    await send('good', 'good');
    await send('bad', 'bad');
    map(failing('bad'));
    await until(async () => (await depth(queue.dlq)) === 1);
    expect(await depth(queue.url)).toBe(0);
    expect(bodies().sort()).toEqual(['bad', 'bad', 'good']);
    const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl: queue.dlq }));
    expect(Messages?.map(({ Body }) => Body)).toEqual(['bad']);
  });

  test.each([
    ['the function throws', true, () => Promise.reject(new Error('down'))],
    ['the function throws and reports nothing', false, () => Promise.reject(new Error('down'))],
    ['its report is a text', true, () => 'fine'],
    ['its report is no list', true, () => ({ batchItemFailures: 'none' })],
    ['it reports an empty name', true, () => ({ batchItemFailures: [{ itemIdentifier: '' }] })],
    ['it reports what was not there', true, () => ({ batchItemFailures: [{ itemIdentifier: 'other' }] })],
    ['it reports by another name', true, () => ({ batchItemFailures: [{ id: 'x' }] })],
  ])('all of a batch where %s', async (_, reportsFailures, work) => {
    await send('g', 'one');
    map(work, { reportsFailures });
    await until(() => batches.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await depth(queue.url)).toBe(1);
  });

  test.each([
    ['nothing', undefined],
    ['an empty list', { batchItemFailures: [] }],
    ['an empty object', {}],
    ['null for a list', { batchItemFailures: null }],
  ])('nothing where the function reports %s', async (_, report) => {
    await send('g', 'one');
    map(() => report);
    await empty();
    expect(await depth(queue.dlq)).toBe(0);
  });

  test('a report that the mapping did not ask for is not read', async () => {
    await send('g', 'one');
    map(failing('one'), { reportsFailures: false });
    await empty();
  });
});

test('messages of a group keep their order, also behind one that failed', async () => {
  await send('g', 'g1', 'g2', 'g3');
  let failures = 1;
  map((records) => (records[0]?.body === 'g1' && failures-- > 0 ? failing('g1')(records) : undefined));
  await empty();
  expect(bodies()).toEqual(['g1', 'g1', 'g2', 'g3']);
});

test('groups run side by side; a group never does with itself', async () => {
  const running = new Set<string>();
  let together = 0;
  let clash = false;
  map(
    async (records) => {
      const groups = records.map(({ attributes }) => attributes.MessageGroupId ?? '');
      clash ||= groups.some((group) => running.has(group));
      for (const group of groups) running.add(group);
      together = Math.max(together, running.size);
      await new Promise((resolve) => setTimeout(resolve, 30));
      for (const group of groups) running.delete(group);
    },
    { batchSize: 1 },
  );
  await Promise.all(['a', 'b', 'c'].map((group) => send(group, `${group}1`, `${group}2`)));
  await empty();
  expect([clash, together]).toEqual([false, 2]);
  expect(bodies().sort()).toEqual(['a1', 'a2', 'b1', 'b2', 'c1', 'c2']);
});

test('stopping waits for what is being worked on and takes nothing more', async () => {
  let done = false;
  await send('g', 'one');
  map(async () => {
    await new Promise((resolve) => setTimeout(resolve, 100));
    done = true;
  });
  await until(() => batches.length === 1);
  await mapping?.stop();
  expect([done, await depth(queue.url)]).toEqual([true, 0]);
  await send('g', 'two');
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(bodies()).toEqual(['one']);
});

test('what is larger than an event may be is cut into several', () => {
  const record = (messageId: string, bytes: number) => ({ messageId, body: 'x'.repeat(bytes) }) as SqsRecord;
  const megabyte = 1024 * 1024;
  const records = Array.from({ length: 10 }, (_, index) => record(String(index), megabyte));
  const cut = batchesOf(records);
  expect(cut.map(({ length }) => length)).toEqual([5, 5]);
  expect(cut.flat()).toEqual(records);
});
