import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ReceiveMessageCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { describe, expect, test } from '@jest/globals';
import type { ListedEvent } from '../../lambdas/event-log/listed-event.ts';
import { LOOPBACK, listen } from '../../local/support/listen.ts';
import { commandOn } from './support/command.ts';
import { gateUnderTest } from './support/gate-under-test.ts';

// The commands about events, from the command line to the queues and back.

const gate = gateUnderTest();

const { gatepost, asJson } = commandOn(gate);

const listed = async (filters: string): Promise<readonly ListedEvent[]> =>
  (await asJson<{ readonly events: readonly ListedEvent[] }>(`events ${filters}`)).events;

/** Delivers an event to Altoviz and takes it out of its queue. */
const deliver = async (event: string, entity: string) => {
  await gate().deliver('altoviz', event);
  const [taken] = await gate().take(entity);
  if (taken === undefined) throw new Error('it did not come');
  return taken.event;
};

test('an event is listed, shown with its path, and sent again', async () => {
  const request = await gate().sign('altoviz', 'ContactCreated');
  await gate().post('altoviz', request);
  const { deliveryId } = (await gate().post('altoviz', request)).body as { readonly deliveryId: string };
  const [taken] = await gate().take('contact');
  await gate().settled();
  const key = taken?.event.id ?? '';

  expect(await listed('--source altoviz --duplicates --since 10m')).toEqual([
    expect.objectContaining({ key, type: 'altoviz.contact.created', duplicates: 1, replays: 0 }),
  ]);
  expect(await listed('--entity contact --id 0 --since 10m')).toEqual([]);
  expect((await gatepost('events --since 10m')).out).toContain(key);

  const shown = await asJson(`event ${key}`);
  expect(shown).toMatchObject({
    key,
    state: { state: 'routed', routedTo: expect.arrayContaining(['contact', 'crm']) },
    lastDuplicate: deliveryId,
    event: taken?.event,
  });
  const { path } = shown as {
    readonly path: { readonly stages: readonly Readonly<Record<string, unknown>>[] };
  };
  expect(path.stages.map(({ stage }) => stage).sort()).toEqual([
    'accepted',
    'accepted',
    'duplicate',
    'routed',
  ]);
  expect(path.stages).toContainEqual(
    expect.objectContaining({
      stage: 'accepted',
      verifyMs: expect.any(Number),
      answerMs: expect.any(Number),
    }),
  );

  const replayed = await asJson<{ readonly replay: { readonly id: string } }>(`replay ${key} --yes`);
  expect(replayed).toMatchObject({
    plan: { byQueue: { contact: 1 } },
    replay: { sent: 1, isFinished: true },
  });
  const [again] = await gate().take('contact');
  expect(again?.event).toEqual({
    ...taken?.event,
    id: `${key}~${replayed.replay.id}`,
    replayof: key,
    deliveryid: expect.any(String),
  });
  await gate().settled();
  expect(await listed('--entity contact --since 10m')).toEqual([
    expect.objectContaining({ replayOf: key }),
    expect.objectContaining({ key, replays: 1 }),
  ]);
  const text = await gatepost(`event ${key}`);
  expect(text.out).toMatch(/State +routed to gatepost-contact\.fifo/);
  expect(text.out).toMatch(/verified in \d+ ms, answered in \d+ ms/);
  expect(text.out).toContain('as a replay');
});

test('a replay by filters says first what it would do, and is taken up again', async () => {
  const first = await deliver('QuoteCreated', 'quote');
  const second = await deliver('QuoteUpdated', 'quote');
  await gate().settled();
  const plan = await gatepost('replay --entity quote --since 10m');
  expect(plan).toMatchObject({ exitCode: 5, err: expect.stringContaining('Add --yes') });
  expect(plan.out).toMatch(/^2 events to be sent again, .*at 50 per second this takes 1 s\./);
  expect(plan.out).toMatch(/gatepost-quote\.fifo +2/);
  expect(await gate().depth('gatepost-quote.fifo')).toBe(0);

  // One a second, interrupted after the first.
  const interruption = new AbortController();
  const running = gatepost('replay --entity quote --since 10m --rate 1 --yes', interruption);
  const [one] = await gate().take('quote');
  interruption.abort();
  const { exitCode, err } = await running;
  expect(exitCode).toBe(130);
  const [, id] = /gatepost replay --resume (\S+)/.exec(err) ?? [];
  expect(await gatepost(`replay --resume ${id}`)).toMatchObject({
    exitCode: 0,
    out: `2 events were sent again in the replay ${id}.\n`,
  });
  const [two] = await gate().take('quote');
  expect([one, two].map((taken) => taken?.event.replayof)).toEqual([first.id, second.id]);
  await gate().settled();
  expect(await gate().depth('gatepost-quote.fifo')).toBe(0);
}, 30_000);

test('what consumers gave up on is found in the dead-letter queue and moved back', async () => {
  await gate().deliver('altoviz', 'InvoiceCreated');
  await gate().settled();
  const QueueUrl = gate().localStack.queues.invoice ?? '';
  const receive = async () => {
    const { Messages = [] } = await gate().sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        VisibilityTimeout: 0,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['All'],
      }),
    );
    return Messages[0];
  };
  const before = await receive();
  // One try, and then it is given up.
  const RedrivePolicy = JSON.stringify({
    deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:gatepost-entities-dlq.fifo',
    maxReceiveCount: 1,
  });
  await gate().sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { RedrivePolicy } }));
  await gate().until('it lies in the DLQ', async () => {
    await receive();
    return (await gate().depth('gatepost-entities-dlq.fifo')) === 1;
  });

  const [{ key = '' } = {}] = await listed('--entity invoice --since 10m');
  expect(await asJson(`event ${key}`)).toMatchObject({
    state: { state: 'failed', deadLetters: ['invoice'] },
  });
  expect((await gatepost('redrive')).out).toMatch(/gatepost-entities-dlq\.fifo +1/);
  expect(await gatepost('redrive contact')).toMatchObject({
    exitCode: 0,
    out: expect.stringContaining('gatepost redrive entities'),
  });
  expect(await asJson('redrive entities --yes')).toEqual({
    queues: [
      expect.objectContaining({
        from: 'gatepost-entities-dlq.fifo',
        moved: { 'gatepost-invoice.fifo': 1 },
      }),
    ],
  });
  const after = await receive();
  expect(after?.Body).toBe(before?.Body);
  expect(after?.MessageAttributes).toEqual(before?.MessageAttributes);
  expect(after?.Attributes?.MessageGroupId).toBe(before?.Attributes?.MessageGroupId);
  expect(await asJson(`event ${key}`)).toMatchObject({ state: { state: 'routed', deadLetters: [] } });
});

test('who may read neither logs nor queues sees the event all the same, and why not more', async () => {
  const { id } = await deliver('CustomerCreated', 'customer');
  const refusing = createServer((_, response) =>
    response
      .writeHead(400, { 'content-type': 'application/x-amz-json-1.1' })
      .end(JSON.stringify({ __type: 'AccessDeniedException', message: 'as told' })),
  );
  const url = `http://${LOOPBACK}:${await listen(refusing, 0)}`;
  const stateDir = await mkdtemp(join(tmpdir(), 'gatepost-e2e-'));
  const localStack = JSON.parse(await readFile(join(gate().stateDir, 'local-stack.json'), 'utf8'));
  const endpoints = { ...localStack.endpoints, logs: url, sqs: url };
  await writeFile(join(stateDir, 'local-stack.json'), JSON.stringify({ ...localStack, endpoints }));
  const { exitCode, out, err } = await gatepost(`event ${id}`, undefined, stateDir);
  refusing.closeAllConnections();
  refusing.close();
  await rm(stateDir, { recursive: true });
  expect(exitCode).toBe(0);
  expect(err).toContain("The logs can't be read, so the path is unknown: as told");
  expect(out).toMatch(/State +stored; the logs were searched only in part/);
  expect(out).toContain('"companyName"');
});

test('tail shows what comes, and takes nothing out of the queue', async () => {
  const interruption = new AbortController();
  const tailing = gatepost('tail product --payload --since 10m', interruption);
  await gate().deliver('altoviz', 'ProductCreated');
  await gate().settled();
  await sleep(2_500);
  interruption.abort();
  const { exitCode, out } = await tailing;
  expect(exitCode).toBe(130);
  expect(out.match(/altoviz\.product\.created/g)).toHaveLength(1);
  expect(await gate().depth('gatepost-product.fifo')).toBe(1);
  const [taken] = await gate().take('product');
  expect(taken?.message.Attributes?.ApproximateReceiveCount).toBe('1');
});

test('sources says what came of late', async () => {
  const sources = await asJson<readonly { readonly source: string; readonly history: unknown }[]>('sources');
  expect(sources.find(({ source }) => source === 'altoviz')?.history).toMatchObject({
    events: expect.any(Number),
    lastDelivery: expect.stringMatching(/Z$/),
  });
});

describe('what is wrong is a sentence', () => {
  test.each([
    ['event altoviz:nobody', 4, 'has no event with the key "altoviz:nobody"'],
    ['replay altoviz:nobody --yes', 4, 'Nothing was sent.'],
    [
      'replay --source altoviz --type altoviz.none --since 1h --yes',
      4,
      'No event in the event log of the local stack matches',
    ],
    ['replay', 2, 'No events are selected'],
    ['replay --source altoviz', 2, 'A replay by filters needs --since'],
    ['replay altoviz:x --source altoviz', 2, 'Use keys or filters, not both'],
    ['replay --resume nothing', 1, 'There is no replay "nothing"'],
    ['replay --since 1h --rate 0', 2, '--rate is "0"; it must be a whole number from 1 to 3000'],
    ['redrive nobody', 4, 'There is no queue "nobody"'],
    ['tail nobody', 4, 'There is no queue "nobody"'],
    ['events --since yesterday', 2, '--since is "yesterday"'],
    ['events --id 7', 2, '--id needs --entity'],
    ['events --after x', 2, '--after is "x"'],
    ['events --limit -1', 2, '--limit is "-1"'],
    ['events --source BAD', 2, '--source is "BAD"'],
    ['events --since 1h --until 2h', 2, 'is later than --until'],
  ])('%s', async (line, exitCode, sentence) => {
    expect(await gatepost(line)).toMatchObject({ exitCode, err: expect.stringContaining(sentence) });
  });

  test('and nothing that fits is no mistake of a list', async () => {
    const nothing = await gatepost('events --source nobody --since 1h');
    expect(nothing).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining('No event of nobody matches'),
    });
  });
});
