import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type RoutingTable, readRoutes } from '../../../lambdas/core/routing-table.ts';
import type { EventClaims } from '../../../lambdas/event-log/claim.ts';
import type { Progress } from '../../../lambdas/event-log/progress.ts';
import type { GatepostEvent } from '../../../lambdas/events/event.ts';
import type { InterpretedEvent } from '../../../lambdas/events/interpretation.ts';
import { type Deadline, OutOfTime } from '../../../lambdas/fan-out/deadline.ts';
import type { OutgoingMessage } from '../../../lambdas/fan-out/message.ts';
import type { QueueSender } from '../../../lambdas/fan-out/queues.ts';
import { route } from '../../../lambdas/fan-out/route.ts';
import type { ReceivedDelivery } from '../../../lambdas/fan-out/step.ts';
import { aDelivery, anEvent } from '../support/deliveries.ts';
import { endless, endlessDeadline, interpreted } from '../support/interpreted.ts';
import { objectsInMemory } from '../support/objects.ts';
import { fullBody } from '../support/text.ts';

/** What may go wrong with one call. `after`: it had its effect, and only the answer is lost. */
type Fault = 'none' | 'before' | 'after';
/** What may go wrong with one batch: besides, the messages at these places (of ten) are not taken. */
type SendFault = Fault | { readonly refused: readonly number[] };

interface Faults {
  readonly claim?: () => Fault;
  readonly send?: (queue: string) => SendFault;
  /** Default: one queue an entity. */
  readonly routing?: RoutingTable;
  readonly progress?: () => Fault;
  readonly deadline?: Deadline;
}

const ENTITY_QUEUES: RoutingTable = { entities: [], entityQueues: true, consumers: [] };

/** An error of AWS with that name. */
const awsError = (name: string): Error => Object.assign(new Error('as told'), { name });

/** An event log, queues and progress in memory, which fail when they are told to. */
const world = ({
  claim: nextClaim = () => 'none',
  send: nextSend = () => 'none',
  progress: nextProgress = () => 'none',
  routing = ENTITY_QUEUES,
  deadline = endlessDeadline(),
}: Faults = {}) => {
  const owners = new Map<string, string>();
  const sentTo = new Map<string, Set<string>>();
  const queues = new Map<string, string[]>();
  const notes = new Map<string, number>();
  const calls = { claims: 0, sends: 0, claimsAtOnce: 0, mostClaimsAtOnce: 0, reads: 0, writes: 0 };
  /** The deliveries that something went wrong for since this was last emptied. */
  const harmed = new Set<string>();

  const log: EventClaims = {
    claim: async ({ event: { id } }, { deliveryId }) => {
      calls.claims++;
      calls.mostClaimsAtOnce = Math.max(calls.mostClaimsAtOnce, ++calls.claimsAtOnce);
      await new Promise(setImmediate);
      calls.claimsAtOnce--;
      const fault = nextClaim();
      if (fault !== 'none') harmed.add(deliveryId);
      if (fault === 'before') throw new Error('DynamoDB is throttled');
      const owner = owners.get(id) ?? deliveryId;
      owners.set(id, owner);
      if (fault === 'after') throw new Error('DynamoDB answered too late');
      const outcome = owner === deliveryId ? 'claimed' : 'duplicate';
      const noted = sentTo.get(id);
      return { outcome, key: id, isConflict: false, ...(noted && { sentTo: noted }) };
    },
    noteSent: async (key, deliveryId, queues) => {
      expect(owners.get(key)).toBe(deliveryId);
      expect(queues).not.toEqual([]);
      sentTo.set(key, (sentTo.get(key) ?? new Set()).union(new Set(queues)));
    },
  };

  const send: QueueSender['send'] = async ({ queue: name }, messages) => {
    calls.sends++;
    await new Promise(setImmediate);
    const groups = messages.map(({ entry }) => entry.MessageGroupId);
    expect(new Set(groups).size).toBe(groups.length);
    const fault = nextSend(name);
    const isRefused = (_: OutgoingMessage, at: number) =>
      typeof fault === 'object' && fault.refused.includes(at % 10);
    for (const message of fault === 'before' || fault === 'after' ? messages : messages.filter(isRefused))
      harmed.add(message.event.deliveryid);
    if (fault === 'before') return messages.map((message) => ({ message, error: new Error('SQS is away') }));

    const queue = queues.get(name) ?? [];
    queues.set(name, queue);
    for (const { event, entry } of messages.filter((message, at) => !isRefused(message, at))) {
      // Only what is claimed, and claimed for this very delivery, may leave.
      expect(owners.get(event.id)).toBe(event.deliveryid);
      // FIFO deduplication: a retry of what has arrived sends nothing.
      if (!queue.includes(entry.MessageDeduplicationId ?? '')) queue.push(event.id);
    }
    if (fault === 'after')
      return messages.map((message) => ({ message, error: new Error('SQS answered too late') }));
    return messages.filter(isRefused).map((message) => ({ message, error: awsError('InternalError') }));
  };

  const progress: Progress = {
    read: async (deliveryId, group) => {
      calls.reads++;
      const fault = nextProgress();
      if (fault === 'none') return notes.get(`${deliveryId} ${group}`) ?? 0;
      harmed.add(deliveryId);
      throw new Error('DynamoDB is throttled');
    },
    write: async (deliveryId, group, done) => {
      calls.writes++;
      const fault = nextProgress();
      if (fault !== 'before') notes.set(`${deliveryId} ${group}`, done);
      if (fault !== 'none') throw new Error('DynamoDB is throttled');
    },
  };

  const tools = {
    log,
    routes: readRoutes(routing),
    queues: { send },
    objects: objectsInMemory(),
    progress,
    deadline,
  };
  return { tools, arrived: queues, owners, sentTo, notes, calls, harmed };
};

/** A delivery of one group with these events: keys of that group. */
const intake = (
  messageId: string,
  group: string,
  keys: readonly string[],
  entity = 'contact',
): ReceivedDelivery => {
  const delivery = aDelivery({ deliveryId: `delivery-of-${messageId}` });
  return {
    messageId,
    group,
    tries: 1,
    delivery,
    events: keys.map((key, number) =>
      interpreted(
        anEvent({ id: `${group}/${key}`, entity, subject: group, deliveryid: delivery.deliveryId }),
        { number },
      ),
    ),
    part: (events) => ({ ...delivery, items: events.map(({ number }) => number) }),
  };
};

const idsOf = (events: readonly GatepostEvent[]) => events.map(({ id }) => id);
const keysOf = (events: readonly InterpretedEvent[]) => idsOf(events.map(({ event }) => event));

describe('whatever fails, and however often', () => {
  const ENTITIES = ['contact', 'invoice'];
  const intakes = fc
    .array(
      fc.record({
        group: fc.integer({ min: 0, max: 3 }),
        keys: fc.array(fc.integer({ min: 0, max: 5 }).map(String), { maxLength: 3 }),
      }),
      { maxLength: 16 },
    )
    .map((list) =>
      list.map(({ group, keys }, number) =>
        intake(`m${number}`, `group-${group}`, [...new Set(keys)], ENTITIES[group % ENTITIES.length]),
      ),
    );
  const claimFaults = fc.infiniteStream(
    fc.oneof(
      { weight: 6, arbitrary: fc.constant<Fault>('none') },
      { weight: 1, arbitrary: fc.constantFrom<Fault>('before', 'after') },
    ),
  );
  const sendFaults = fc.infiniteStream(
    fc.oneof(
      { weight: 3, arbitrary: fc.constant<SendFault>('none') },
      { weight: 1, arbitrary: fc.constantFrom<SendFault>('before', 'after') },
      { weight: 1, arbitrary: fc.subarray([0, 1, 2, 3, 4]).map((refused): SendFault => ({ refused })) },
    ),
  );
  const batchSizes = fc.infiniteStream(fc.integer({ min: 1, max: 10 }));

  test('every event arrives once and in its order, and what fails takes along only what is behind it', async () => {
    await fc.assert(
      fc.asyncProperty(
        intakes,
        claimFaults,
        sendFaults,
        claimFaults,
        batchSizes,
        async (all, claims, sends, notes, sizes) => {
          const { tools, arrived, harmed } = world({
            claim: () => claims.next().value,
            send: () => sends.next().value,
            progress: () => notes.next().value,
          });
          // What was dealt with, over all tries: a try goes on where the one before stopped.
          const accounted = new Set<string>();
          // The intake queue: what failed is handed over again, before anything behind it in its group.
          let waiting: readonly ReceivedDelivery[] = all;
          for (let round = 0; waiting.length > 0; round++) {
            expect(round).toBeLessThan(1_000);
            const batch = waiting.slice(0, sizes.next().value);
            harmed.clear();
            const { routed, duplicates, failed } = await route(batch, tools);

            for (const one of Map.groupBy(batch, ({ group }) => group).values()) {
              const withEvents = one.filter(({ events }) => events.length > 0);
              const first = withEvents.findIndex(({ messageId }) => failed.has(messageId));
              if (first === -1) continue;
              // The first of them failed itself, all behind it with it, and nothing before it.
              expect(harmed).toContain(withEvents[first]?.delivery.deliveryId);
              for (const { messageId } of withEvents.slice(first))
                expect([...failed.keys()]).toContain(messageId);
              for (const { delivery } of withEvents.slice(0, first))
                expect(harmed).not.toContain(delivery.deliveryId);
            }
            const empty = batch.filter(({ events }) => events.length === 0);
            const failedBehind = batch.filter(({ messageId }) => failed.has(messageId));
            for (const { messageId, group } of empty) {
              if (!failedBehind.some((message) => message.group === group))
                expect([...failed.keys()]).not.toContain(messageId);
            }

            for (const { id, deliveryid } of [...routed, ...duplicates]) accounted.add(`${deliveryid} ${id}`);
            const done = batch.filter(({ messageId }) => !failed.has(messageId));
            for (const { events, delivery } of done)
              for (const id of keysOf(events)) expect(accounted).toContain(`${delivery.deliveryId} ${id}`);
            waiting = waiting.flatMap((one) => (done.includes(one) ? [] : [batch.includes(one) ? one : one]));
          }

          for (const entity of ENTITIES) {
            const expected = all
              .flatMap(({ events }) => events)
              .map(({ event }) => event)
              .filter((event) => event.entity === entity);
            const queue = arrived.get(entity) ?? [];
            expect([...queue].sort()).toEqual([...new Set(idsOf(expected))].sort());
            // Groups may mix; within one, the first delivery of each event tells its place.
            for (const [group, events] of Map.groupBy(expected, ({ subject }) => subject))
              expect(queue.filter((id) => id.startsWith(`${group}/`))).toEqual([...new Set(idsOf(events))]);
          }
        },
      ),
      { numRuns: 200 },
    );
  }, 20_000);
});

describe('what it tells of a batch', () => {
  test('is which events were routed', async () => {
    const { tools, arrived } = world();
    const batch = [
      intake('m1', 'a', ['1', '2']),
      intake('m2', 'b', ['1'], 'invoice'),
      intake('m3', 'a', ['3']),
    ];
    const { routed, duplicates, conflicts, failed } = await route(batch, tools);
    expect(new Set(idsOf(routed))).toEqual(new Set(['a/1', 'a/2', 'a/3', 'b/1']));
    expect([duplicates, conflicts]).toEqual([[], []]);
    expect(failed.size).toBe(0);
    expect(arrived).toEqual(
      new Map([
        ['contact', ['a/1', 'a/2', 'a/3']],
        ['invoice', ['b/1']],
      ]),
    );
  });

  test('is which were duplicates, and these send nothing', async () => {
    const { tools, arrived, calls } = world();
    await route([intake('m1', 'a', ['1'])], tools);
    const sendsBefore = calls.sends;
    const { routed, duplicates } = await route([intake('m2', 'a', ['1'])], tools);
    expect([idsOf(routed), idsOf(duplicates)]).toEqual([[], ['a/1']]);
    expect(calls.sends).toBe(sendsBefore);
    expect(arrived.get('contact')).toEqual(['a/1']);
  });

  test('is which have the id of another event: they leave under their own key', async () => {
    const { tools, arrived, owners } = world();
    const log: EventClaims = {
      ...tools.log,
      claim: async ({ event: { id } }, { deliveryId }) => {
        const key = `${id}.other`;
        owners.set(key, deliveryId);
        const outcome = id === 'a/2' ? 'duplicate' : 'claimed';
        return { outcome, key, isConflict: id !== 'a/3' };
      },
    };
    const { routed, duplicates, conflicts } = await route([intake('m1', 'a', ['1', '2', '3'])], {
      ...tools,
      log,
    });
    expect([idsOf(routed), idsOf(duplicates)]).toEqual([['a/1.other', 'a/3.other'], ['a/2.other']]);
    expect(idsOf(conflicts)).toEqual(['a/1.other', 'a/2.other']);
    expect(arrived.get('contact')).toEqual(['a/1.other', 'a/3.other']);
  });

  test('is which messages failed and why; a crash between claim and send is mended by the next try', async () => {
    const faults: SendFault[] = ['before'];
    const { tools, arrived } = world({ send: () => faults.shift() ?? 'none' });
    const batch = [intake('m1', 'a', ['1'])];
    const first = await route(batch, tools);
    expect([...first.failed.keys()]).toEqual(['m1']);
    expect(first.failed.get('m1')).toEqual(new Error('SQS is away'));
    const second = await route(batch, tools);
    expect(idsOf(second.routed)).toEqual(['a/1']);
    expect(arrived.get('contact')).toEqual(['a/1']);
  });

  test('is which message SQS did not take, and with it what is behind it in its group', async () => {
    const { tools } = world({ send: () => ({ refused: [0] }) });
    const { failed } = await route([intake('m1', 'a', ['1']), intake('m2', 'a', ['2'])], tools);
    expect([...failed]).toEqual([
      ['m1', awsError('InternalError')],
      ['m2', awsError('InternalError')],
    ]);
  });

  test('is nothing of an empty one', async () => {
    const [routed, duplicates, conflicts]: readonly never[][] = [[], [], []];
    const nothing = {
      routed,
      duplicates,
      conflicts,
      sentTo: new Map(),
      causes: new Map(),
      failed: new Map(),
    };
    const { tools } = world();
    expect(await route([], tools)).toEqual(nothing);
    expect(await route([intake('m1', 'a', [])], tools)).toEqual(nothing);
  });

  test('is where an event went whose attributes alone are too large for its own queue', async () => {
    const { tools, arrived } = world();
    const body = fullBody(['😀'], 1);
    const large = intake('m1', 'a', ['1']);
    const { routed } = await route(
      [
        {
          ...large,
          events: large.events.map(({ event }) => interpreted({ ...event, subject: body })),
          part: () => ({ ...large.delivery, body }),
        },
      ],
      tools,
    );
    expect([...arrived.keys()]).toEqual(['unrecognized']);
    expect(routed.map(({ entity, reason }) => ({ entity, reason }))).toEqual([
      { entity: 'unrecognized', reason: 'too-large' },
    ]);
  });
});

/** Allows that many calls of the work. */
const allowing = (calls: number, hasTimeForNote = true): Deadline => {
  let left = calls;
  return {
    work: endless(),
    allowsWork: () => left-- > 0,
    note: () => (hasTimeForNote ? endless() : undefined),
  };
};

const KEYS = Array.from({ length: 25 }, (_, number) => String(number));

describe('how far it came with a delivery of several events', () => {
  test('is noted if something was done and not all, and the next try goes on there', async () => {
    const { tools, arrived, notes, calls } = world({ send: () => (calls.sends === 4 ? 'before' : 'none') });
    const message = intake('m1', 'a', KEYS);
    const { failed } = await route([message], tools);
    expect([...failed.keys()]).toEqual(['m1']);
    expect([...notes]).toEqual([['delivery-of-m1 a', 3]]);
    expect(calls).toMatchObject({ sends: 4, reads: 1, writes: 1 });

    const { routed } = await route([message], tools);
    expect(idsOf(routed)).toEqual(KEYS.slice(3).map((key) => `a/${key}`));
    expect(arrived.get('contact')).toEqual(KEYS.map((key) => `a/${key}`));
    expect(calls).toMatchObject({ sends: 4 + 22, reads: 2, writes: 1 });
  });

  test.each([
    ['nothing was done', intake('m1', 'a', KEYS), 1, 0],
    ['there is one event in it', intake('m1', 'a', ['1']), 1, 0],
    ['all was done', intake('m1', 'a', KEYS), undefined, 0],
    ['something was done', intake('m1', 'a', KEYS), 2, 1],
  ] as const)('%s', async (_, message, failing, writes) => {
    const { tools, calls } = world({ send: () => (calls.sends === failing ? 'before' : 'none') });
    await route([message], tools);
    expect(calls).toMatchObject({ writes });
  });

  test('is read only of messages with several events', async () => {
    const { tools, calls } = world();
    await route(
      [
        intake('m1', 'a', ['1', '2']),
        intake('m2', 'b', ['1', '2']),
        intake('m3', 'c', ['1']),
        intake('m4', 'd', []),
      ],
      tools,
    );
    expect(calls).toMatchObject({ reads: 2, writes: 0 });
  });

  test('fails its message, and those behind it, where it can’t be read', async () => {
    const { tools, arrived } = world({ progress: () => 'before' });
    const { failed } = await route(
      [intake('m1', 'a', ['1']), intake('m2', 'a', ['2', '3']), intake('m3', 'a', ['4'])],
      tools,
    );
    expect([...failed.keys()]).toEqual(['m2', 'm3']);
    expect(arrived.get('contact')).toEqual(['a/1']);
  });

  test('is forgotten where it can’t be written: the next try finds out again', async () => {
    const faults: Fault[] = ['none', 'before'];
    const { tools, arrived, calls } = world({
      send: () => (calls.sends === 3 ? 'before' : 'none'),
      progress: () => faults.shift() ?? 'none',
    });
    const message = intake('m1', 'a', ['1', '2', '3']);
    const { failed } = await route([message], tools);
    expect(failed.get('m1')).toEqual(new Error('DynamoDB is throttled'));
    await route([message], tools);
    expect(arrived.get('contact')).toEqual(['a/1', 'a/2', 'a/3']);
  });
});

describe('when its time is up', () => {
  test('no further call begins, and the message comes again', async () => {
    const { tools, calls, notes } = world();
    const message = intake('m1', 'a', KEYS);
    // The sender asks for itself, and this one does not.
    const { failed } = await route([message], { ...tools, deadline: allowing(15) });
    expect(failed.get('m1')).toBeInstanceOf(OutOfTime);
    expect(calls.claims).toBe(15);
    expect([...notes]).toEqual([['delivery-of-m1 a', 15]]);
  });

  test('nothing is noted without time for it', async () => {
    const { tools, calls } = world();
    const { failed } = await route([intake('m1', 'a', KEYS)], { ...tools, deadline: allowing(15, false) });
    expect(failed.get('m1')).toBeInstanceOf(OutOfTime);
    expect(calls.writes).toBe(0);
  });

  test('however often: it always ends, each event arrives once, and what is sent is not sent again', async () => {
    const tries = fc.infiniteStream(fc.integer({ min: 0, max: 30 }));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 120 }), tries, async (count, budgets) => {
        const { tools, arrived, calls } = world();
        const keys = Array.from({ length: count }, (_, number) => String(number));
        const message = intake('m1', 'a', keys);
        for (let round = 0; ; round++) {
          expect(round).toBeLessThan(1_000);
          const { failed } = await route([message], { ...tools, deadline: allowing(budgets.next().value) });
          if (failed.size === 0) break;
        }
        expect(arrived.get('contact')).toEqual(keys.map((key) => `a/${key}`));
        expect(calls.sends).toBe(count);
      }),
      { numRuns: 30 },
    );
  });
});

describe('several queues that want the same event', () => {
  const CONSUMERS: RoutingTable = {
    entities: ['contact', 'invoice'],
    entityQueues: true,
    consumers: [
      { name: 'crm', events: ['contact.*'], queues: 'one' },
      { name: 'audit', events: ['*'], queues: 'per-entity' },
      { name: 'idle', events: ['other:*'], queues: 'one' },
    ],
  };
  const WANTED = {
    contact: ['contact', 'crm', 'audit_contact'],
    invoice: ['invoice', 'audit_invoice'],
  } as const;

  const intakes = fc
    .array(fc.record({ group: fc.nat({ max: 2 }), count: fc.integer({ min: 1, max: 3 }) }), { maxLength: 6 })
    .map((list) =>
      list.map(({ group, count }, number) =>
        intake(
          `m${number}`,
          `group-${group}`,
          Array.from({ length: count }, (_, key) => `${number}-${key}`),
          group === 0 ? 'invoice' : 'contact',
        ),
      ),
    );
  /** Which queues are away in a round. */
  const away = fc.infiniteStream(
    fc.subarray(['contact', 'invoice', 'crm', 'audit_contact', 'audit_invoice'], { maxLength: 4 }),
  );

  test('each gets it once and in order, however long others take, with what was sent noted', async () => {
    await fc.assert(
      fc.asyncProperty(intakes, away, async (all, outages) => {
        let outage: readonly string[] = [];
        const { tools, arrived } = world({
          routing: CONSUMERS,
          send: (queue) => (outage.includes(queue) ? 'before' : 'none'),
        });
        // SQS remembers nothing of the tries before: longer ago than five minutes.
        const inOrder = new Map<string, string[]>();
        let waiting: readonly ReceivedDelivery[] = all;
        for (let round = 0; waiting.length > 0; round++) {
          outage = round < 20 ? outages.next().value : [];
          const { failed } = await route(waiting, tools);
          for (const [queue, ids] of arrived) inOrder.set(queue, [...(inOrder.get(queue) ?? []), ...ids]);
          arrived.clear();
          waiting = waiting.filter(({ messageId }) => failed.has(messageId));
        }
        for (const [entity, queues] of Object.entries(WANTED)) {
          const expected = all
            .flatMap(({ events }) => events)
            .map(({ event }) => event)
            .filter((event) => event.entity === entity);
          for (const queue of queues) {
            const got = inOrder.get(queue) ?? [];
            expect([...got].sort()).toEqual(idsOf(expected).sort());
            for (const [group, events] of Map.groupBy(expected, ({ subject }) => subject))
              expect(got.filter((id) => id.startsWith(`${group}/`))).toEqual(idsOf(events));
          }
        }
        expect(inOrder.get('idle')).toBeUndefined();
      }),
      { numRuns: 100 },
    );
  });

  test('it is noted only where one of them failed, and told where it went', async () => {
    const { tools, sentTo: noted } = world({ routing: CONSUMERS });
    const { routed, sentTo } = await route([intake('m1', 'a', ['1'])], tools);
    expect(sentTo.get(routed[0] as GatepostEvent)).toEqual(WANTED.contact);
    expect(noted.size).toBe(0);
  });

  test('of a replay to one consumer the others get nothing', async () => {
    const { tools, arrived } = world({ routing: CONSUMERS });
    const message = intake('m1', 'a', ['1']);
    const replay = { id: 'r', of: 'a/0', at: '2024-03-11T00:00:00.000Z', consumer: 'crm' };
    await route([{ ...message, delivery: { ...message.delivery, replay } }], tools);
    expect([...arrived]).toEqual([['crm', ['a/1']]]);
  });

  test('an event that no queue wants is claimed, and goes nowhere', async () => {
    const { tools, arrived, owners } = world({
      routing: { ...CONSUMERS, entityQueues: false, consumers: [] },
    });
    const { routed, sentTo, failed } = await route([intake('m1', 'a', ['1'])], tools);
    expect([idsOf(routed), sentTo.get(routed[0] as GatepostEvent), failed.size]).toEqual([['a/1'], [], 0]);
    expect([[...arrived], [...owners.keys()]]).toEqual([[], ['a/1']]);
  });

  const refusing = (error: string, refuses: (queue: string) => boolean) => {
    const { tools, ...rest } = world({ routing: CONSUMERS });
    const meant: string[] = [];
    const send: QueueSender['send'] = async (to, messages, deadline) => {
      if (refuses(to.queue)) return messages.map((message) => ({ message, error: awsError(error) }));
      if (to.meant !== undefined) meant.push(to.meant);
      return await tools.queues.send(to, messages, deadline);
    };
    return { ...rest, meant, tools: { ...tools, queues: { send } } };
  };

  test.each([
    ['QueueDoesNotExist', 1],
    ['InvalidMessageContents', 1],
    ['AccessDenied', 3],
    ['KmsDisabled', 3],
  ])(
    'one that refuses it for good with %s has it in its dead letters at try %i, and the others go on',
    async (error, tries) => {
      const { tools, arrived, meant } = refusing(error, (queue) => queue === 'crm');
      const message = { ...intake('m1', 'a', ['1', '2']), tries };
      const { routed, causes, sentTo, failed } = await route([message], tools);
      expect(failed.size).toBe(0);
      expect(Object.fromEntries(arrived)).toEqual({
        contact: ['a/1', 'a/2'],
        audit_contact: ['a/1', 'a/2'],
        'crm-dlq': ['a/1', 'a/2'],
      });
      expect(meant).toEqual(['crm', 'crm']);
      expect(sentTo.get(routed[0] as GatepostEvent)).toEqual(['contact', 'crm-dlq', 'audit_contact']);
      expect([...causes.values()].map((cause) => (cause as Error).name)).toEqual([error, error]);
    },
  );

  test('a denial that may be of a permission that is only just granted is tried again', async () => {
    const { tools, arrived } = refusing('AccessDenied', (queue) => queue === 'crm');
    const { failed } = await route([{ ...intake('m1', 'a', ['1']), tries: 2 }], tools);
    expect([...failed]).toEqual([['m1', awsError('AccessDenied')]]);
    expect([...arrived.keys()]).toEqual(['contact', 'audit_contact']);
  });

  test('what its dead letters do not take either is tried again, and the others get no copy', async () => {
    let isAway = true;
    const { tools, arrived } = refusing('AccessDenied', (queue) => isAway && queue.startsWith('crm'));
    const first = await route([intake('m1', 'a', ['1'])], tools);
    expect([...first.failed]).toEqual([['m1', awsError('AccessDenied')]]);
    expect([...arrived.keys()]).toEqual(['contact', 'audit_contact']);
    arrived.clear();
    isAway = false;
    await route([intake('m1', 'a', ['1'])], tools);
    expect([...arrived]).toEqual([['crm', ['a/1']]]);
  });

  test('if its dead letters are gone too, it goes to unrecognized.fifo, and the others go on', async () => {
    const { tools, arrived } = refusing('QueueDoesNotExist', (queue) => queue.startsWith('crm'));
    const { failed } = await route([intake('m1', 'a', ['1'])], tools);
    expect(failed.size).toBe(0);
    expect([...arrived.keys()].sort()).toEqual(['audit_contact', 'contact', 'unrecognized']);
  });

  test('what SQS never takes goes to unrecognized.fifo once, also if one of them is away first', async () => {
    let isAway = true;
    const { tools, arrived } = world({ routing: CONSUMERS });
    const send: QueueSender['send'] = async (to, messages, deadline) => {
      if (to.queue === 'unrecognized') return await tools.queues.send(to, messages, deadline);
      const error = awsError(
        isAway && to.queue.startsWith('crm') ? 'AccessDenied' : 'InvalidMessageContents',
      );
      return messages.map((message) => ({ message, error }));
    };
    const first = await route([intake('m1', 'a', ['1'])], { ...tools, queues: { send } });
    expect([[...first.failed.keys()], [...arrived]]).toEqual([['m1'], [['unrecognized', ['a/1']]]]);
    // Later than SQS knows what was sent.
    arrived.clear();
    isAway = false;
    const second = await route([intake('m1', 'a', ['1'])], { ...tools, queues: { send } });
    expect([second.failed.size, arrived.size]).toEqual([0, 0]);
  });

  test('what SQS never takes goes to unrecognized.fifo once, for all of them', async () => {
    const { tools, arrived } = refusing('InvalidMessageContents', (queue) => queue !== 'unrecognized');
    const { failed } = await route([intake('m1', 'a', ['1'])], tools);
    expect(failed.size).toBe(0);
    expect([...arrived]).toEqual([['unrecognized', ['a/1']]]);
  });
});

describe('what AWS refuses for good', () => {
  const refusing = (refuses: (message: OutgoingMessage) => string | undefined) => {
    const { tools, ...rest } = world();
    const send: QueueSender['send'] = async (to, messages, deadline) => {
      const refused = messages.flatMap((message) => {
        const name = refuses(message);
        return name === undefined ? [] : [{ message, error: awsError(name) }];
      });
      const isTaken = (message: OutgoingMessage) => !refused.some((one) => one.message === message);
      return [...refused, ...(await tools.queues.send(to, messages.filter(isTaken), deadline))];
    };
    return { ...rest, tools: { ...tools, queues: { send } } };
  };

  test.each([
    'InvalidMessageContents',
    'InvalidParameterValue',
    'BatchRequestTooLong',
    'ValidationException',
  ])('goes to unrecognized.fifo under its key, and its entity goes on: %s of SQS', async (name) => {
    const { tools, arrived } = refusing(({ event }) =>
      event.id === 'a/1' && event.entity === 'contact' ? name : undefined,
    );
    const { routed, causes, failed } = await route(
      [intake('m1', 'a', ['1', '2']), intake('m2', 'b', ['1'])],
      tools,
    );
    expect(failed.size).toBe(0);
    expect([...causes].map(([{ id }, cause]) => [id, (cause as Error).name])).toEqual([['a/1', name]]);
    expect([arrived.get('unrecognized'), arrived.get('contact')]).toEqual([['a/1'], ['b/1', 'a/2']]);
    expect(routed.map(({ id, reason }) => [id, reason])).toContainEqual(['a/1', 'refused']);
  });

  test.each(['RequestThrottled', 'InternalError', 'OverLimit', 'AccessDenied', 'TimeoutError'])(
    'is not what may pass: %s',
    async (name) => {
      const { tools, arrived } = refusing(({ event }) => (event.id === 'a/1' ? name : undefined));
      const { failed } = await route([intake('m1', 'a', ['1', '2']), intake('m2', 'b', ['1'])], tools);
      expect([...failed]).toEqual([['m1', awsError(name)]]);
      expect([...arrived]).toEqual([['contact', ['b/1']]]);
    },
  );

  test('fails like any other error where unrecognized.fifo does not take it either', async () => {
    const { tools } = refusing(() => 'InvalidMessageContents');
    const { failed } = await route([intake('m1', 'a', ['1'])], tools);
    expect([...failed]).toEqual([['m1', awsError('InvalidMessageContents')]]);
  });

  const claiming = (name: string, refuses: (body: string) => boolean) => {
    const { tools, ...rest } = world();
    const bodies: string[] = [];
    const log: EventClaims = {
      ...tools.log,
      claim: (event, delivery, signal) => {
        bodies.push(delivery.body);
        return refuses(delivery.body)
          ? Promise.reject(awsError(name))
          : tools.log.claim(event, delivery, signal);
      },
    };
    return { ...rest, bodies, tools: { ...tools, log } };
  };

  test.each(['ValidationException', 'ItemCollectionSizeLimitExceededException'])(
    'by DynamoDB is claimed without its content: %s',
    async (name) => {
      const { tools, arrived, bodies } = claiming(name, (body) => body !== '');
      const { routed, causes, failed } = await route([intake('m1', 'a', ['1'])], tools);
      expect(failed.size).toBe(0);
      expect([...causes].map(([{ id }, cause]) => [id, (cause as Error).name])).toEqual([['a/1', name]]);
      expect(bodies).toEqual([aDelivery().body, '']);
      expect(arrived.get('unrecognized')).toEqual(['a/1']);
      expect(routed).toEqual([expect.objectContaining({ id: 'a/1', reason: 'refused' })]);
    },
  );

  test.each(['ProvisionedThroughputExceededException', 'ThrottlingException', 'ResourceNotFoundException'])(
    'by DynamoDB is not what may pass: %s',
    async (name) => {
      const { tools, arrived, bodies } = claiming(name, () => true);
      const { failed } = await route([intake('m1', 'a', ['1'])], tools);
      expect([...failed]).toEqual([['m1', awsError(name)]]);
      expect(bodies).toHaveLength(1);
      expect(arrived.size).toBe(0);
    },
  );

  test('by DynamoDB, even without content, fails', async () => {
    const { tools } = claiming('ValidationException', () => true);
    const { failed } = await route([intake('m1', 'a', ['1'])], tools);
    expect([...failed]).toEqual([['m1', awsError('ValidationException')]]);
  });
});

describe('what it costs', () => {
  test('a batch of ten different entities: the claims side by side, then one call a queue', async () => {
    const { tools, calls } = world();
    const entities = ['contact', 'contact', 'invoice', 'invoice', 'quote'];
    const batch = [...entities, ...entities].map((entity, number) =>
      intake(`m${number}`, `g${number}`, ['1'], entity),
    );
    await route(batch, tools);
    expect(calls).toMatchObject({ claims: 10, mostClaimsAtOnce: 10, sends: 3, reads: 0, writes: 0 });
  });

  test('events of one entity: ten claims of a delivery side by side, and each sent after the one before', async () => {
    const { tools, calls } = world();
    await route([intake('m1', 'a', KEYS)], tools);
    expect(calls).toMatchObject({ claims: 25, mostClaimsAtOnce: 10, sends: 25 });
  });

  test('deliveries of one entity: none is claimed before the one before has left', async () => {
    const { tools, calls } = world();
    await route([intake('m1', 'a', ['1']), intake('m2', 'a', ['2', '3'])], tools);
    expect(calls).toMatchObject({ claims: 3, mostClaimsAtOnce: 2, sends: 3 });
  });
});
