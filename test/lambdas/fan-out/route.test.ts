import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { EventClaims } from '../../../lambdas/event-log/claim.ts';
import type { GatepostEvent } from '../../../lambdas/events/event.ts';
import type { OutgoingMessage } from '../../../lambdas/fan-out/message.ts';
import type { EntityQueueSender } from '../../../lambdas/fan-out/queues.ts';
import { type InterpretedDelivery, route } from '../../../lambdas/fan-out/route.ts';
import { aDelivery, anEvent } from '../support/deliveries.ts';
import { fullBody } from '../support/text.ts';

/** What may go wrong with one call. `after`: it had its effect, and only the answer is lost. */
type Fault = 'none' | 'before' | 'after';
/** What may go wrong with one batch: besides, the messages at these places (of ten) are refused. */
type SendFault = Fault | { readonly refused: readonly number[] };

/** An event log and queues in memory, which fail when they are told to. */
const world = (nextClaim: () => Fault = () => 'none', nextSend: () => SendFault = () => 'none') => {
  const owners = new Map<string, string>();
  const queues = new Map<string, string[]>();
  const calls = { claims: 0, sends: 0, claimsAtOnce: 0, mostClaimsAtOnce: 0 };
  /** The deliveries that something went wrong for since this was last emptied. */
  const harmed = new Set<string>();

  const log: EventClaims = {
    claim: async ({ id }, { deliveryId }) => {
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
      return owner === deliveryId ? 'claimed' : 'duplicate';
    },
  };

  const send: EntityQueueSender['send'] = async (entity, messages) => {
    calls.sends++;
    await new Promise(setImmediate);
    const groups = messages.map(({ entry }) => entry.MessageGroupId);
    expect(new Set(groups).size).toBe(groups.length);
    const fault = nextSend();
    const isRefused = (_: OutgoingMessage, at: number) =>
      typeof fault === 'object' && fault.refused.includes(at % 10);
    for (const message of fault === 'before' || fault === 'after' ? messages : messages.filter(isRefused))
      harmed.add(message.event.deliveryid);
    if (fault === 'before') throw new Error('SQS is away');

    const queue = queues.get(entity) ?? [];
    queues.set(entity, queue);
    for (const { event, entry } of messages.filter((message, at) => !isRefused(message, at))) {
      // Only what is claimed, and claimed for this very delivery, may leave.
      expect(owners.get(event.id)).toBe(event.deliveryid);
      // FIFO deduplication: a retry of what has arrived sends nothing.
      if (!queue.includes(entry.MessageDeduplicationId ?? '')) queue.push(event.id);
    }
    if (fault === 'after') throw new Error('SQS answered too late');
    return messages.filter(isRefused);
  };

  return { log, queues: { send }, arrived: queues, owners, calls, harmed };
};

/** A delivery of one group with these events: keys of that group. */
const intake = (
  messageId: string,
  group: string,
  keys: readonly string[],
  entity = 'contact',
): InterpretedDelivery => ({
  messageId,
  group,
  delivery: aDelivery({ deliveryId: `delivery-of-${messageId}` }),
  events: keys.map((key) =>
    anEvent({ id: `${group}/${key}`, entity, subject: group, deliveryid: `delivery-of-${messageId}` }),
  ),
});

const idsOf = (events: readonly GatepostEvent[]) => events.map(({ id }) => id);

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
      fc.asyncProperty(intakes, claimFaults, sendFaults, batchSizes, async (all, claims, sends, sizes) => {
        const { log, queues, arrived, harmed } = world(
          () => claims.next().value,
          () => sends.next().value,
        );
        // The intake queue: what failed is handed over again, before anything behind it in its group.
        let waiting: readonly InterpretedDelivery[] = all;
        for (let round = 0; waiting.length > 0; round++) {
          expect(round).toBeLessThan(1_000);
          const batch = waiting.slice(0, sizes.next().value);
          harmed.clear();
          const { routed, duplicates, failed } = await route(batch, log, queues);

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
          for (const { messageId } of empty) expect([...failed.keys()]).not.toContain(messageId);

          const done = batch.filter(({ messageId }) => !failed.has(messageId));
          const accounted = new Set(
            [...routed, ...duplicates].map(({ id, deliveryid }) => `${deliveryid} ${id}`),
          );
          for (const { events, delivery } of done)
            for (const { id } of events) expect(accounted).toContain(`${delivery.deliveryId} ${id}`);
          waiting = waiting.filter((one) => !done.includes(one));
        }

        for (const entity of ENTITIES) {
          const expected = all.flatMap(({ events }) => events).filter((event) => event.entity === entity);
          const queue = arrived.get(entity) ?? [];
          expect([...queue].sort()).toEqual([...new Set(idsOf(expected))].sort());
          // Groups may mix; within one, the first delivery of each event tells its place.
          for (const [group, events] of Map.groupBy(expected, ({ subject }) => subject))
            expect(queue.filter((id) => id.startsWith(`${group}/`))).toEqual([...new Set(idsOf(events))]);
        }
      }),
      { numRuns: 200 },
    );
  }, 20_000);
});

describe('what it tells of a batch', () => {
  test('is which events were routed', async () => {
    const { log, queues, arrived } = world();
    const batch = [
      intake('m1', 'a', ['1', '2']),
      intake('m2', 'b', ['1'], 'invoice'),
      intake('m3', 'a', ['3']),
    ];
    const { routed, duplicates, failed } = await route(batch, log, queues);
    expect(new Set(idsOf(routed))).toEqual(new Set(['a/1', 'a/2', 'a/3', 'b/1']));
    expect(duplicates).toEqual([]);
    expect(failed.size).toBe(0);
    expect(arrived).toEqual(
      new Map([
        ['contact', ['a/1', 'a/2', 'a/3']],
        ['invoice', ['b/1']],
      ]),
    );
  });

  test('is which were duplicates, and these send nothing', async () => {
    const { log, queues, arrived, calls } = world();
    await route([intake('m1', 'a', ['1'])], log, queues);
    const sendsBefore = calls.sends;
    const { routed, duplicates } = await route([intake('m2', 'a', ['1'])], log, queues);
    expect([idsOf(routed), idsOf(duplicates)]).toEqual([[], ['a/1']]);
    expect(calls.sends).toBe(sendsBefore);
    expect(arrived.get('contact')).toEqual(['a/1']);
  });

  test('is which messages failed and why; a crash between claim and send is mended by the next try', async () => {
    const faults: SendFault[] = ['before'];
    const { log, queues, arrived } = world(undefined, () => faults.shift() ?? 'none');
    const batch = [intake('m1', 'a', ['1'])];
    const first = await route(batch, log, queues);
    expect([...first.failed.keys()]).toEqual(['m1']);
    expect(first.failed.get('m1')).toEqual(new Error('SQS is away'));
    const second = await route(batch, log, queues);
    expect(idsOf(second.routed)).toEqual(['a/1']);
    expect(arrived.get('contact')).toEqual(['a/1']);
  });

  test('is which message SQS refused, and with it what is behind it in its group', async () => {
    const { log, queues } = world(undefined, () => ({ refused: [0] }));
    const { failed } = await route([intake('m1', 'a', ['1']), intake('m2', 'a', ['2'])], log, queues);
    const refused = new Error('SQS refused the message');
    expect([...failed]).toEqual([
      ['m1', refused],
      ['m2', refused],
    ]);
  });

  test('is nothing of an empty one', async () => {
    const { log, queues } = world();
    expect(await route([], log, queues)).toEqual({ routed: [], duplicates: [], failed: new Map() });
    expect(await route([intake('m1', 'a', [])], log, queues)).toEqual({
      routed: [],
      duplicates: [],
      failed: new Map(),
    });
  });

  test('is where an event went that is too large for its own queue', async () => {
    const { log, queues, arrived } = world();
    const body = fullBody(['😀'], 1);
    const large = {
      ...intake('m1', 'a', ['1']),
      delivery: aDelivery({ deliveryId: 'delivery-of-m1', body }),
    };
    const { routed } = await route(
      [{ ...large, events: large.events.map((event) => ({ ...event, data: body })) }],
      log,
      queues,
    );
    expect([...arrived.keys()]).toEqual(['unrecognized']);
    expect(routed.map(({ entity, reason }) => ({ entity, reason }))).toEqual([
      { entity: 'unrecognized', reason: 'too-large' },
    ]);
  });
});

describe('what it costs', () => {
  test('a batch of ten different entities: the claims side by side, then one call a queue', async () => {
    const { log, queues, calls } = world();
    const entities = ['contact', 'contact', 'invoice', 'invoice', 'quote'];
    const batch = [...entities, ...entities].map((entity, number) =>
      intake(`m${number}`, `g${number}`, ['1'], entity),
    );
    await route(batch, log, queues);
    expect(calls).toMatchObject({ claims: 10, mostClaimsAtOnce: 10, sends: 3 });
  });

  test('events of one entity one after the other: the next is not claimed before the one before has left', async () => {
    const { log, queues, calls } = world();
    await route([intake('m1', 'a', ['1', '2']), intake('m2', 'a', ['3'])], log, queues);
    expect(calls).toMatchObject({ claims: 3, mostClaimsAtOnce: 1, sends: 3 });
  });
});
