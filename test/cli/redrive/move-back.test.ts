import {
  CreateQueueCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Move, moveBack } from '../../../cli/redrive/move-back.ts';
import { LOCAL_CLIENT } from '../../../local/aws/endpoints.ts';
import { type LocalSqs, startSqs } from '../../../local/aws/sqs.ts';

let server: LocalSqs;
let sqs: SQSClient;
beforeAll(async () => {
  server = await startSqs(0);
  sqs = new SQSClient({ ...LOCAL_CLIENT, endpoint: server.url });
});
afterAll(async () => {
  sqs.destroy();
  await server.stop();
});

let queues = 0;
let move: Move;
let destination: string;
const newQueues = async () => {
  queues++;
  const [from = '', to = ''] = ['dlq', 'queue'].map((name) => `${name}-${queues}.fifo`);
  for (const QueueName of [from, to]) {
    await sqs.send(new CreateQueueCommand({ QueueName, Attributes: { FifoQueue: 'true' } }));
  }
  destination = server.queueUrl(to);
  // As of version 0.1.0, whose messages don't have the name of their queue.
  move = { from: server.queueUrl(from), to: (queue) => (queue === undefined ? destination : named(queue)) };
};
const named = (queue: string): string | undefined =>
  queue.startsWith('gone') ? undefined : server.queueUrl(queue);
beforeEach(newQueues);

const send = (group: string, body: string, queue?: string) =>
  sqs.send(
    new SendMessageCommand({
      QueueUrl: move.from,
      MessageBody: body,
      MessageGroupId: group,
      MessageDeduplicationId: crypto.randomUUID(),
      MessageAttributes: {
        type: { DataType: 'String', StringValue: body },
        entity: { DataType: 'String', StringValue: 'contact' },
        ...(queue !== undefined && { queue: { DataType: 'String', StringValue: queue } }),
      },
    }),
  );

/** Takes everything out of a queue, in its order. */
const takeAll = async (QueueUrl: string): Promise<readonly Message[]> => {
  const taken: Message[] = [];
  while (true) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['All'],
      }),
    );
    if (Messages.length === 0) return taken;
    for (const message of Messages) {
      taken.push(message);
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
    }
  }
};
const byGroup = (messages: readonly Message[]) =>
  Object.fromEntries(
    [...Map.groupBy(messages, ({ Attributes }) => Attributes?.MessageGroupId ?? '')].map(([group, list]) => [
      group,
      list.map(({ Body }) => Body),
    ]),
  );

test('everything moves, each group in its order, wherever it was ended and begun again', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 15 }),
      fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 2 }),
      async (groups, stops) => {
        await newQueues();
        for (const [number, group] of groups.entries()) await send(group, `${group}-${number}`);
        let moved = 0;
        for (const stop of [...stops, 100]) {
          const end = new AbortController();
          let now = 0;
          const count = () => {
            moved++;
            if (++now >= stop) end.abort();
          };
          if (stop > 0) await moveBack(sqs, move, groups.length - moved, count, end.signal);
        }
        expect(moved).toBe(groups.length);
        const expected = Map.groupBy(
          groups.map((group, number) => ({ group, body: `${group}-${number}` })),
          ({ group }) => group,
        );
        expect(byGroup(await takeAll(destination))).toEqual(
          Object.fromEntries([...expected].map(([group, list]) => [group, list.map(({ body }) => body)])),
        );
        expect(await takeAll(move.from)).toEqual([]);
      },
    ),
    { numRuns: 10 },
  );
});

test('a message keeps its attributes', async () => {
  await send('a', 'hello');
  await moveBack(sqs, move, 1, () => undefined, new AbortController().signal);
  const [message] = await takeAll(destination);
  expect(message?.MessageAttributes).toMatchObject({ type: { DataType: 'String', StringValue: 'hello' } });
});

test('each goes back to the queue that it names; what came from a queue that is gone stays, with its group', async () => {
  const others = ['gatepost-crm', 'gatepost-audit_contact'].map((name) => `${name}-${queues}.fifo`);
  for (const QueueName of others) {
    await sqs.send(new CreateQueueCommand({ QueueName, Attributes: { FifoQueue: 'true' } }));
  }
  await send('a', 'a-1', others[0]);
  await send('b', 'b-1', others[1]);
  await send('a', 'a-2', others[0]);
  await send('c', 'c-1', 'gone.fifo');
  await send('c', 'c-2', others[0]);
  const moved: string[] = [];
  await moveBack(sqs, move, 5, (to) => moved.push(to), new AbortController().signal);
  expect(byGroup(await takeAll(named(others[0] ?? '') ?? ''))).toEqual({ a: ['a-1', 'a-2'] });
  expect(byGroup(await takeAll(named(others[1] ?? '') ?? ''))).toEqual({ b: ['b-1'] });
  expect(byGroup(await takeAll(move.from))).toEqual({ c: ['c-1', 'c-2'] });
  expect(moved.map((to) => to.slice(to.lastIndexOf('/') + 1)).sort()).toEqual([
    others[1],
    others[0],
    others[0],
  ]);
});

test('what version 0.1.0 sent goes to the queue of its entity; what can’t be moved does not keep others from it', async () => {
  await sqs.send(
    new CreateQueueCommand({ QueueName: `contact-${queues}.fifo`, Attributes: { FifoQueue: 'true' } }),
  );
  for (let number = 0; number < 12; number++) await send('gone', `gone-${number}`, 'gone.fifo');
  await send('a', 'old');
  const ofEntities: Move = {
    from: move.from,
    to: (queue, entity) => (queue === undefined ? server.queueUrl(`${entity}-${queues}.fifo`) : named(queue)),
  };
  await moveBack(sqs, ofEntities, 13, () => undefined, new AbortController().signal);
  expect(byGroup(await takeAll(server.queueUrl(`contact-${queues}.fifo`)))).toEqual({ a: ['old'] });
  expect(byGroup(await takeAll(move.from)).gone).toHaveLength(12);
});

test('no more than there were are moved: what comes back meanwhile stays', async () => {
  for (let number = 0; number < 5; number++) await send(`group-${number}`, `${number}`);
  await moveBack(sqs, move, 3, () => undefined, new AbortController().signal);
  expect(await takeAll(destination)).toHaveLength(3);
  expect(await takeAll(move.from)).toHaveLength(2);
});

test('what came from a queue that was deleted is where it was, at once', async () => {
  for (let number = 0; number < 3; number++) await send('a', `${number}`);
  const nowhere = { ...move, to: () => server.queueUrl('no-such-queue.fifo') };
  await moveBack(sqs, nowhere, 3, () => undefined, new AbortController().signal);
  expect(byGroup(await takeAll(move.from))).toEqual({ a: ['0', '1', '2'] });
});

test('what was sent and not deleted is not sent twice', async () => {
  await send('a', 'once');
  let isFirst = true;
  const forgetful = new SQSClient({ ...LOCAL_CLIENT, endpoint: server.url, maxAttempts: 1 });
  forgetful.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (commandName === 'DeleteMessageCommand' && isFirst) {
          isFirst = false;
          throw new Error('gone');
        }
        return await next(args);
      },
    { step: 'initialize' },
  );
  const run = () => moveBack(forgetful, move, 1, () => undefined, new AbortController().signal);
  await expect(run()).rejects.toThrow('gone');
  await run();
  expect(await takeAll(destination)).toHaveLength(1);
  forgetful.destroy();
});
