import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MAX_MESSAGE_BYTES } from '../../../lambdas/core/delivery.ts';
import { OutOfTime } from '../../../lambdas/fan-out/deadline.ts';
import { type OutgoingMessage, toMessage } from '../../../lambdas/fan-out/message.ts';
import { type QueueSender, sqsQueues } from '../../../lambdas/fan-out/queues.ts';
import { type AwsCall, type AwsEndpoint, batchTaken, entriesOf, startAws } from '../support/aws.ts';
import { aDelivery, anEvent } from '../support/deliveries.ts';
import { endlessDeadline } from '../support/interpreted.ts';
import { objectsInMemory } from '../support/objects.ts';

const urlOf = (entity: string) => `https://sqs.eu-west-1.amazonaws.com/123456789012/${entity}.fifo`;

let sqs: AwsEndpoint;
let queues: QueueSender;
beforeAll(async () => {
  sqs = await startAws('SQS', batchTaken());
  queues = sqsQueues(urlOf);
});
beforeEach(() => sqs.answerWith(batchTaken()));
afterAll(() => sqs.stop());

/** A message whose body holds that many more bytes. */
const aMessage = (number: number, bytes = 0): OutgoingMessage =>
  toMessage(
    anEvent({ id: `billing:key-${number}`, subject: String(number), data: 'x'.repeat(bytes) }),
    aDelivery(),
    objectsInMemory().uriOf,
  );

const messages = (count: number, bytes = 0) =>
  Array.from({ length: count }, (_, number) => aMessage(number, bytes));

/** The calls that sending makes. */
const callsOf = async (work: () => Promise<unknown>): Promise<readonly AwsCall[]> => {
  const before = sqs.calls.length;
  await work();
  return sqs.calls.slice(before);
};

const withQueue = (message: OutgoingMessage | undefined, name: string) => ({
  ...message?.entry,
  Id: '0',
  MessageAttributes: {
    ...message?.entry.MessageAttributes,
    queue: { DataType: 'String', StringValue: name },
  },
});

const keysOf = (call: AwsCall) => entriesOf(call).map(({ MessageDeduplicationId }) => MessageDeduplicationId);

test('messages go to the queue of their entity, whole and in one call', async () => {
  const [message] = messages(1);
  const calls = await callsOf(() =>
    queues.send({ queue: 'contact' }, [message as OutgoingMessage], endlessDeadline()),
  );
  expect(calls).toEqual([
    {
      operation: 'SendMessageBatch',
      input: { QueueUrl: urlOf('contact'), Entries: [withQueue(message, 'contact.fifo')] },
    },
  ]);
});

test('dead letters have the name of the queue that they can be moved back to', async () => {
  const [message] = messages(1);
  const [call] = await callsOf(() =>
    queues.send({ queue: 'crm-dlq', meant: 'crm' }, [message as OutgoingMessage], endlessDeadline()),
  );
  expect(call?.input).toEqual({ QueueUrl: urlOf('crm-dlq'), Entries: [withQueue(message, 'crm.fifo')] });
});

test('nothing to send is no call', async () => {
  expect(await callsOf(() => queues.send({ queue: 'contact' }, [], endlessDeadline()))).toEqual([]);
});

describe('batches', () => {
  test('hold ten messages at most', async () => {
    const calls = await callsOf(() => queues.send({ queue: 'contact' }, messages(23), endlessDeadline()));
    expect(calls.map((call) => entriesOf(call).length)).toEqual([10, 10, 3]);
  });

  test('hold one MiB at most', async () => {
    const calls = await callsOf(() =>
      queues.send({ queue: 'contact' }, messages(5, 400_000), endlessDeadline()),
    );
    expect(calls.map((call) => entriesOf(call).length)).toEqual([2, 2, 1]);
  });

  test('hold exactly one MiB where that is what there is', async () => {
    const half = MAX_MESSAGE_BYTES / 2;
    const [first, second] = [aMessage(0), aMessage(1)].map(({ bytes }, number) =>
      aMessage(number, half - bytes),
    );
    const fitting = [first as OutgoingMessage, second as OutgoingMessage];
    expect(fitting.map(({ bytes }) => bytes)).toEqual([half, half]);
    expect(await callsOf(() => queues.send({ queue: 'contact' }, fitting, endlessDeadline()))).toHaveLength(
      1,
    );
    const tooLarge = [first as OutgoingMessage, aMessage(1, half - aMessage(1).bytes + 1)];
    expect(await callsOf(() => queues.send({ queue: 'contact' }, tooLarge, endlessDeadline()))).toHaveLength(
      2,
    );
  });

  test('hold every message once and in its order, whatever their sizes are', async () => {
    const sizes = fc.array(fc.oneof(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 600_000 })), {
      maxLength: 25,
    });
    await fc.assert(
      fc.asyncProperty(sizes, async (sizes) => {
        const all = sizes.map((bytes, number) => aMessage(number, bytes));
        const calls = await callsOf(() => queues.send({ queue: 'contact' }, all, endlessDeadline()));
        expect(calls.flatMap(keysOf)).toEqual(all.map(({ event }) => event.id));
        for (const call of calls) {
          const keys = new Set(keysOf(call));
          expect(keys.size).toBeLessThanOrEqual(10);
          expect(new Set(entriesOf(call).map(({ Id }) => Id)).size).toBe(keys.size);
          const bytes = all
            .filter(({ event }) => keys.has(event.id))
            .reduce((sum, message) => sum + message.bytes, 0);
          expect(bytes).toBeLessThanOrEqual(MAX_MESSAGE_BYTES);
        }
      }),
      { numRuns: 15 },
    );
  }, 20_000);
});

describe('what SQS did not take', () => {
  test('comes back, of every batch, and nothing else', async () => {
    const refused = ['billing:key-0', 'billing:key-9', 'billing:key-10', 'billing:key-22'];
    sqs.answerWith(batchTaken(({ MessageDeduplicationId }) => refused.includes(MessageDeduplicationId)));
    const unsent = await queues.send({ queue: 'contact' }, messages(23), endlessDeadline());
    expect(unsent.map(({ message }) => message.event.id)).toEqual(refused);
    expect(unsent.map(({ error }) => (error as Error).name)).toEqual(refused.map(() => 'InternalError'));
  });

  test('is none where it took all', async () => {
    expect(await queues.send({ queue: 'contact' }, messages(12), endlessDeadline())).toEqual([]);
    // SQS leaves out a list with nothing in it.
    sqs.answerWith(() => ({ result: { Successful: [] } }));
    expect(await queues.send({ queue: 'contact' }, messages(2), endlessDeadline())).toEqual([]);
    sqs.answerWith(batchTaken());
  });

  test('is all of a batch whose call fails, each with the error; the other batches are sent', async () => {
    sqs.answerWith((call) =>
      entriesOf(call).length === 10 ? { status: 403, error: 'AccessDenied' } : batchTaken()(call),
    );
    const all = messages(12);
    const unsent = await queues.send({ queue: 'contact' }, all, endlessDeadline());
    expect(unsent.map(({ message }) => message)).toEqual(all.slice(0, 10));
    expect(new Set(unsent.map(({ error }) => (error as Error).name))).toEqual(new Set(['AccessDenied']));
  });

  test.each([['InvalidParameterValue'], ['BatchRequestTooLong'], ['InvalidMessageContents']])(
    'is only the message itself where the whole call is refused for its sake: %s',
    async (error) => {
      sqs.answerWith((call) =>
        entriesOf(call).some(({ MessageDeduplicationId }) => MessageDeduplicationId === 'billing:key-1')
          ? { status: 400, error }
          : batchTaken()(call),
      );
      const before = sqs.calls.length;
      const unsent = await queues.send({ queue: 'contact' }, messages(3), endlessDeadline());
      expect(unsent.map(({ message, error }) => [message.event.id, (error as Error).name])).toEqual([
        ['billing:key-1', error],
      ]);
      expect(sqs.calls.slice(before).map(keysOf)).toEqual([
        ['billing:key-0', 'billing:key-1', 'billing:key-2'],
        ['billing:key-0'],
        ['billing:key-1'],
        ['billing:key-2'],
      ]);
    },
  );

  test('is sent in no smaller pieces where SQS throttles', async () => {
    sqs.answerWith(() => ({ status: 400, error: 'RequestThrottled' }));
    const calls = await callsOf(() => queues.send({ queue: 'contact' }, messages(3), endlessDeadline()));
    // The second is the SDK's.
    expect(calls.map((call) => entriesOf(call).length)).toEqual([3, 3]);
  });
});

describe('without time', () => {
  test('no call begins', async () => {
    const deadline = { ...endlessDeadline(), allowsWork: () => false };
    const before = sqs.calls.length;
    const unsent = await queues.send({ queue: 'contact' }, messages(12), deadline);
    expect(unsent).toHaveLength(12);
    for (const { error } of unsent) expect(error).toBeInstanceOf(OutOfTime);
    expect(sqs.calls).toHaveLength(before);
  });

  test('a call that is under way is given up', async () => {
    sqs.answerWith(() => 'silence');
    const deadline = { ...endlessDeadline(), work: AbortSignal.timeout(100) };
    const started = performance.now();
    const [unsent] = await queues.send({ queue: 'contact' }, messages(1), deadline);
    expect(unsent?.error).toHaveProperty('name', 'AbortError');
    expect(performance.now() - started).toBeLessThan(1_500);
  });
});
