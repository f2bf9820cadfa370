import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import fc from 'fast-check';
import { type Delivery, readDelivery } from '../../../lambdas/core/delivery.ts';
import type { Source } from '../../../lambdas/core/source.ts';
import { dynamoEventLog } from '../../../lambdas/event-log/claim.ts';
import { findEvent } from '../../../lambdas/event-log/find-event.ts';
import type { GatepostEvent } from '../../../lambdas/events/event.ts';
import { interpretDelivery } from '../../../lambdas/events/interpretation.ts';
import { createFanOut } from '../../../lambdas/fan-out/fan-out.ts';
import { providerNamed } from '../../../lambdas/providers/index.ts';
import { beginJournal, type Journal, readJournal } from '../../../lambdas/replay/journal.ts';
import { planReplay } from '../../../lambdas/replay/plan.ts';
import type { ReplayTools } from '../../../lambdas/replay/replay-tools.ts';
import type { Selection } from '../../../lambdas/replay/selection.ts';
import { sendReplay } from '../../../lambdas/replay/send.ts';
import { type AwsEndpoint, type BatchEntry, batchTaken, entriesOf, startAws } from '../support/aws.ts';
import { aContext } from '../support/context.ts';
import { type EventLogTable, startEventLogTable } from '../support/dynamo.ts';
import { claimEvent } from '../support/interpreted.ts';
import { objectsInMemory } from '../support/objects.ts';
import { catchOutput } from '../support/output.ts';
import { fullBody } from '../support/text.ts';

// Between the table and the intake queue, with fan-out itself behind it.

const QUEUES = 'https://sqs.eu-west-1.amazonaws.com/123456789012/';
const INTAKE = `${QUEUES}gatepost-intake.fifo`;
const RETENTION = 30 * 86_400;

const objects = objectsInMemory();
let table: EventLogTable;
let endpoint: AwsEndpoint;
let tools: ReplayTools;
let waited: number;
let fanOut: (records: readonly SQSRecord[]) => Promise<SQSBatchResponse>;
beforeAll(async () => {
  endpoint = await startAws('SQS', batchTaken());
  table = await startEventLogTable();
  tools = {
    log: { dynamo: new DynamoDBClient(), table: table.name },
    objects,
    sqs: new SQSClient({ useQueueUrlAsEndpoint: false }),
    intakeQueueUrl: INTAKE,
    sources: new Map(),
    routing: { entities: ['contact', 'invoice'], entityQueues: true, consumers: [] },
    now: Date.now,
    sleep: async (ms) => {
      waited += ms;
    },
  };
  Object.assign(process.env, {
    EVENT_LOG_TABLE: table.name,
    BODIES_BUCKET: 'bodies',
    RETENTION_SECONDS: String(RETENTION),
    UNRECOGNIZED_QUEUE_URL: `${QUEUES}gatepost-unrecognized.fifo`,
  });
  const routing = { entities: ['contact', 'invoice'], entityQueues: true, consumers: [] };
  const handler = createFanOut({ routing });
  fanOut = async (records) => handler({ Records: [...records] }, aContext());
});
beforeEach(() => {
  waited = 0;
  endpoint.answerWith(batchTaken());
  catchOutput();
});
afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(async () => {
  tools.log.dynamo.destroy();
  tools.sqs.destroy();
  await table.stop();
  await endpoint.stop();
});

let sources = 0;
/** A source that nothing has come to yet. */
const newSource = (): Source => ({ name: `billing-${++sources}`, provider: 'altoviz', settings: {} });

const START = Date.parse('2026-11-21T23:59:00.000Z');
/** A delivery to a source, so many ms after the start. */
const deliver = async (source: Source, afterMs: number, body: unknown): Promise<readonly string[]> => {
  const delivery: Delivery = {
    deliveryId: crypto.randomUUID(),
    source,
    receivedAt: new Date(START + afterMs).toISOString(),
    headers: {},
    path: {},
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
  const { events, part } = interpretDelivery(providerNamed(source.provider), delivery);
  const log = dynamoEventLog(table.name, RETENTION, Date.now, tools.log.dynamo, objects);
  for (const event of events) await claimEvent(log, event, part([event]));
  return events.map(({ event }) => event.id);
};
let ids = 0;
const altoviz = (type = 'ContactCreated', id = 7) => ({ id: `evt_${++ids}`, type, data: { id } });

const allOf = (...all: readonly Source[]): Selection => ({
  sources: all.map(({ name }) => name),
  since: new Date(START).toISOString(),
  until: new Date(START + 120_000).toISOString(),
});
const begin = async (selection: Selection): Promise<Journal> =>
  beginJournal(tools.log, selection, 0, Date.now());

/** Everything that came into a queue while the work was done. */
const arriving = async (queueUrl: string, work: () => Promise<unknown>): Promise<readonly BatchEntry[]> => {
  const before = endpoint.calls.length;
  await work();
  return endpoint.calls
    .slice(before)
    .filter(({ input }) => input.QueueUrl === queueUrl)
    .flatMap(entriesOf);
};
const sendAll = async (journal: Journal, rate?: number, with_: ReplayTools = tools): Promise<Journal> => {
  let last = journal;
  for await (last of sendReplay(with_, journal, rate));
  return last;
};
const toRecord = ({ MessageBody, MessageGroupId }: BatchEntry, number: number) =>
  ({
    messageId: `m-${number}`,
    body: MessageBody,
    attributes: { MessageGroupId, ApproximateReceiveCount: '1' },
  }) as unknown as SQSRecord;
const eventsIn = (entries: readonly BatchEntry[]) =>
  entries.map(({ MessageBody }) => JSON.parse(MessageBody) as GatepostEvent);
const contacts = (work: () => Promise<unknown>) => arriving(`${QUEUES}gatepost-contact.fifo`, work);

describe('an event that is sent again', () => {
  test('is its delivery, as it was received, under an id of its own', async () => {
    const source = newSource();
    const body = altoviz();
    const [key = ''] = await deliver(source, 0, body);
    const journal = await begin({ keys: [key] });
    const sent = await arriving(INTAKE, () => sendAll(journal));
    expect(sent).toHaveLength(1);
    const delivery = readDelivery(sent[0]?.MessageBody ?? '');
    const stored = await findEvent(tools.log, key);
    expect(delivery).toEqual({
      ...stored?.delivery,
      body: JSON.stringify(body),
      deliveryId: sent[0]?.MessageDeduplicationId,
      replay: { id: journal.id, of: key, at: expect.stringMatching(/Z$/) },
    });
    expect(delivery.deliveryId).not.toBe(stored?.deliveryId);
    expect(stored).toMatchObject({ replays: 1, lastReplayedAt: delivery.replay?.at });
  });

  test('arrives in its queue and says so, however often it came before', async () => {
    const source = newSource();
    const [key = ''] = await deliver(source, 0, altoviz());
    for (const selection of [{ keys: [key] }, allOf(source)]) {
      const journal = await begin(selection);
      const sent = await arriving(INTAKE, () => sendAll(journal));
      const arrived = eventsIn(await contacts(() => fanOut(sent.map(toRecord))));
      const replays = arrived.filter(({ id }) => id === `${key}~${journal.id}`);
      expect(replays).toEqual([expect.objectContaining({ replayof: key, type: 'altoviz.contact.created' })]);
    }
    expect(await findEvent(tools.log, key)).toMatchObject({ replays: 2 });
  });

  test('is sent for its original where it is a replay itself', async () => {
    const source = newSource();
    const [key = ''] = await deliver(source, 0, altoviz());
    const first = await begin({ keys: [key] });
    await fanOut((await arriving(INTAKE, () => sendAll(first))).map(toRecord));
    const journal = await begin({ keys: [`${key}~${first.id}`] });
    const sent = await arriving(INTAKE, () => sendAll(journal));
    const [event] = eventsIn(await contacts(() => fanOut(sent.map(toRecord))));
    expect(event).toMatchObject({ id: `${key}~${journal.id}`, replayof: key });
  });

  test('is read by the settings of today, or by those of its time where the source is gone', async () => {
    const source = newSource();
    const [key = ''] = await deliver(source, 0, altoviz());
    const today = { ...source, settings: { rotationGrace: 1 } };
    const settings = async (configured: Source | undefined) => {
      const sources = new Map(configured === undefined ? [] : [[configured.name, configured]]);
      const journal = await begin({ keys: [key] });
      const [entry] = await arriving(INTAKE, () => sendAll(journal, 50, { ...tools, sources }));
      return readDelivery(entry?.MessageBody ?? '').source;
    };
    expect(await settings(today)).toEqual(today);
    expect(await settings(undefined)).toEqual(source);
    // A source of another provider that has its name.
    expect(await settings({ ...today, provider: 'ivy' })).toEqual(source);
  });

  test('keeps its place among those of its delivery', async () => {
    const source: Source = { name: `avaza-${++sources}`, provider: 'avaza', settings: {} };
    const timesheets = Array.from({ length: 12 }, (_, number) => ({
      TimesheetEntryID: 7,
      DateUpdated: `2026-11-21T23:00:${10 + number}Z`,
    }));
    const delivery = { body: JSON.stringify(timesheets), path: { event: 'timesheet_updated' } };
    const whole: Delivery = {
      ...{ deliveryId: crypto.randomUUID(), source, receivedAt: new Date(START).toISOString(), headers: {} },
      ...delivery,
    };
    const { events, part } = interpretDelivery(providerNamed('avaza'), whole);
    expect(events).toHaveLength(12);
    const log = dynamoEventLog(table.name, RETENTION);
    for (const event of events) await claimEvent(log, event, part([event]));
    const journal = await begin(allOf(source));
    const sent = await arriving(INTAKE, () => sendAll(journal));
    const order = sent.map(({ MessageBody }) => readDelivery(MessageBody).replay?.of);
    expect(order).toEqual(events.map(({ event }) => event.id));
  });
});

describe('whatever SQS refuses and wherever it is interrupted', () => {
  test('each event arrives once in a replay, and those of an entity in their order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ entity: fc.integer({ min: 1, max: 4 }), at: fc.integer({ min: 0, max: 6 }) }), {
          minLength: 1,
          maxLength: 18,
        }),
        fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 12 }),
        fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }),
        async (all, refused, interruptions) => {
          const source = newSource();
          const keys: string[] = [];
          for (const { entity, at } of all) {
            keys.push(...(await deliver(source, at, altoviz('ContactUpdated', entity))));
          }
          // Now and then one of a batch is refused, and then everything is taken again.
          const left = [...refused];
          const taken: BatchEntry[] = [];
          endpoint.answerWith((call) => {
            const next = left.shift();
            const isRefused = ({ Id }: BatchEntry) => Number(Id) === next;
            taken.push(...entriesOf(call).filter((entry) => !isRefused(entry)));
            return batchTaken(isRefused)(call);
          });
          let journal = await begin(allOf(source));
          for (const batches of [...interruptions, Number.POSITIVE_INFINITY]) {
            let count = 0;
            for await (journal of sendReplay(tools, await readJournal(tools.log, journal.id), 1_000)) {
              if (++count >= batches) break;
            }
          }
          expect(journal).toMatchObject({ isFinished: true, sent: keys.length, skipped: 0 });

          endpoint.answerWith(batchTaken());
          const arrived = eventsIn(
            await contacts(async () => {
              for (const [number, entry] of taken.entries()) await fanOut([toRecord(entry, number)]);
            }),
          );
          const first = [...new Map(arrived.map((event) => [event.id, event])).values()];
          expect(arrived).toHaveLength(first.length);
          expect(arrived.map(({ replayof = '' }) => replayof).sort()).toEqual(keys.toSorted());
          for (const [subject, events] of Map.groupBy(arrived, (event) => event.subject)) {
            const times = events.map(({ receivedat }) => receivedat);
            expect([subject, times]).toEqual([subject, times.toSorted()]);
          }
        },
      ),
      { numRuns: 6 },
    );
  }, 60_000);

  test('two of one group never travel in one batch', async () => {
    const source = newSource();
    for (let number = 0; number < 6; number++) {
      await deliver(source, number, altoviz('ContactUpdated', number % 2));
    }
    const journal = await begin(allOf(source));
    const before = endpoint.calls.length;
    await sendAll(journal);
    for (const call of endpoint.calls.slice(before)) {
      const groups = entriesOf(call).map(({ MessageGroupId }) => MessageGroupId);
      expect(new Set(groups).size).toBe(groups.length);
    }
  });

  test('what SQS takes at no try ends it with a sentence; the journal knows how far it came', async () => {
    const source = newSource();
    for (let number = 0; number < 3; number++) await deliver(source, number, altoviz('ContactUpdated', 7));
    const journal = await begin(allOf(source));
    let calls = 0;
    endpoint.answerWith((call) => {
      const isRefused = ++calls > 2;
      return batchTaken(() => isRefused)(call);
    });
    await expect(sendAll(journal)).rejects.toThrow(
      'SQS did not accept 1 of 1 messages after several attempts',
    );
    expect(waited).toBeGreaterThan(4_000);
    const stopped = await readJournal(tools.log, journal.id);
    expect(stopped).toMatchObject({ sent: 2, isFinished: false });
    endpoint.answerWith(batchTaken());
    const rest = await arriving(INTAKE, () => sendAll(stopped));
    expect(rest).toHaveLength(1);
  });

  test('an SQS that doesn’t answer is tried again, and then named', async () => {
    const source = newSource();
    await deliver(source, 0, altoviz());
    const journal = await begin(allOf(source));
    const answers = [
      { status: 500, error: 'InternalError' },
      { status: 403, error: 'AccessDenied' },
    ];
    endpoint.answerWith((call) => answers.shift() ?? batchTaken()(call));
    expect(await sendAll(journal)).toMatchObject({ sent: 1 });
    endpoint.answerWith(() => ({ status: 403, error: 'AccessDenied' }));
    await expect(sendAll(await begin(allOf(source)))).rejects.toThrow(
      'after several attempts (AccessDenied: as told).',
    );
  });

  test('it never sends what it has sent itself, however far off its end is', async () => {
    const source = newSource();
    await deliver(source, Date.now() - START, altoviz());
    const journal = await begin({
      ...{ sources: [source.name], since: new Date(Date.now() - 60_000).toISOString() },
      until: '9999-01-01T00:00:00.000Z',
    });
    expect(journal.selection).toMatchObject({ until: journal.startedAt });
    await fanOut((await arriving(INTAKE, () => sendAll(journal))).map(toRecord));
    expect(await planReplay(tools, journal.selection)).toMatchObject({ events: 1, replays: 0 });
  });

  test('of two who work on it at once, one is told', async () => {
    const source = newSource();
    for (let number = 0; number < 3; number++) await deliver(source, number, altoviz('ContactUpdated', 7));
    const journal = await begin(allOf(source));
    const mine = sendReplay(tools, journal);
    await mine.next();
    await expect(sendAll(journal)).rejects.toThrow(`Another process works on the replay ${journal.id}`);
    expect((await mine.next()).done).toBe(false);
  });

  test('one that is finished sends nothing more', async () => {
    const source = newSource();
    await deliver(source, 0, altoviz());
    const finished = await sendAll(await begin(allOf(source)));
    const again = await readJournal(tools.log, finished.id);
    expect(await arriving(INTAKE, () => sendAll(again))).toEqual([]);
  });

  test.each(['20261122-00000000', 'no id', '../x'])('%j is no replay', async (id) => {
    await expect(readJournal(tools.log, id)).rejects.toThrow(`There is no replay "${id}"`);
  });
});

test('it keeps to the rate', async () => {
  const source = newSource();
  for (let number = 0; number < 30; number++)
    await deliver(source, number, altoviz('ContactUpdated', number));
  const clock = { ms: Date.now() };
  const slow: ReplayTools = {
    ...tools,
    now: () => clock.ms,
    sleep: async (ms) => {
      clock.ms += ms;
    },
  };
  const begun = clock.ms;
  await sendAll(await begin(allOf(source)), 4, slow);
  // Thirty at four a second; the last four need not be waited for.
  expect(clock.ms - begun).toBeGreaterThanOrEqual(6_500);
  expect(clock.ms - begun).toBeLessThan(8_000);
});

describe('a plan', () => {
  test('says how many would arrive where, by today’s code, and sends nothing', async () => {
    const source = newSource();
    const frozen = { ...source, provider: 'hmac' };
    await deliver(source, 0, altoviz());
    await deliver(source, 1, altoviz('InvoiceCreated'));
    await deliver(source, 2, altoviz('QuoteCreated'));
    // What a parser didn’t understand then.
    const [key = ''] = await deliver({ ...frozen, settings: {} }, 3, altoviz());
    const mended = { ...tools, sources: new Map([[source.name, source]]) };
    const before = endpoint.calls.length;
    const counts: number[] = [];
    const plan = await planReplay(mended, allOf(source), (count) => counts.push(count));
    expect(plan).toEqual({
      events: 4,
      byQueue: { contact: 1, invoice: 1, unrecognized: 2 },
      moved: { 'quote → unrecognized': 1 },
      replays: 0,
      obstacles: {},
      examples: [],
      first: new Date(START).toISOString(),
      last: new Date(START + 3).toISOString(),
    });
    expect(counts).toEqual([1, 2, 3, 4]);
    expect(endpoint.calls).toHaveLength(before);
    expect((await findEvent(tools.log, key))?.replays).toBe(0);
  });

  test('leaves out what its source does not let in today, and so does the replay', async () => {
    const source = newSource();
    await deliver(source, 0, altoviz());
    const [left = ''] = await deliver(source, 1, altoviz('ContactUpdated'));
    const today = { ...source, settings: { events: ['*.created'] } };
    const choosing = { ...tools, sources: new Map([[source.name, today]]) };
    expect(await planReplay(choosing, allOf(source))).toMatchObject({
      events: 1,
      byQueue: { contact: 1 },
      obstacles: { 'not-chosen': 1 },
      examples: [{ key: left, obstacle: 'not-chosen' }],
    });
    const journal = await begin(allOf(source));
    const sent = await arriving(INTAKE, () => sendAll(journal, undefined, choosing));
    expect(sent).toHaveLength(1);
    expect(sent[0]?.MessageBody).toContain('ContactCreated');
  });

  test('says what can’t be sent, and why; the rest is sent', async () => {
    const source = newSource();
    const [good = ''] = await deliver(source, 0, altoviz());
    const [large = ''] = await deliver(
      source,
      1,
      fullBody(
        Array.from({ length: 0x700 }, (_, code) => String.fromCharCode(code + 0x80)),
        1,
      ),
    );
    const selection = { keys: [good, large, 'billing:nobody', 'not a key', good] };
    expect(await planReplay(tools, selection)).toMatchObject({ events: 2, obstacles: { unknown: 2 } });
    objects.kept.clear();
    expect(await planReplay(tools, selection)).toMatchObject({
      events: 1,
      obstacles: { 'body-omitted': 1, unknown: 2 },
      examples: expect.arrayContaining([{ key: large, obstacle: 'body-omitted' }]),
    });
    expect(await planReplay({ ...tools, now: () => Date.now() + 31 * 86_400_000 }, selection)).toMatchObject({
      events: 0,
      obstacles: { expired: 2, unknown: 2 },
    });
    const journal = await begin(selection);
    expect(await arriving(INTAKE, () => sendAll(journal))).toHaveLength(1);
    expect(await readJournal(tools.log, journal.id)).toMatchObject({ sent: 1, skipped: 3 });
  });

  test('of nothing is nothing', async () => {
    const plan = await planReplay(tools, allOf(newSource()));
    expect(plan).toEqual({ events: 0, byQueue: {}, moved: {}, replays: 0, obstacles: {}, examples: [] });
  });

  test('of too many keys is refused with a sentence', async () => {
    const keys = Array.from({ length: 1_001 }, (_, number) => `billing:${number}`);
    await expect(planReplay(tools, { keys })).rejects.toThrow(
      '1001 keys are too many for one replay, which allows 1000',
    );
  });
});

test('a journal is none of the events', async () => {
  const { id } = await begin({ keys: [] });
  expect(await findEvent(tools.log, `replay:${id}`)).toBeUndefined();
});
