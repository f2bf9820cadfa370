import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as v from 'valibot';
import { digest } from '../../../lambdas/core/digest.ts';
import { MAX_KEPT_VALUES, parseJson, writeJson } from '../../../lambdas/core/json.ts';
import { Rejection } from '../../../lambdas/core/rejection.ts';
import { type RoutingTable, readRoutes } from '../../../lambdas/core/routing-table.ts';
import type { GatepostEvent } from '../../../lambdas/events/event.ts';
import { isKeyOf, nextKey } from '../../../lambdas/events/event-key.ts';
import { intakeParts } from '../../../lambdas/events/intake-parts.ts';
import {
  type InterpretedEvent,
  interpretDelivery,
  MAX_EVENTS,
  redirectUnrouted,
  routableEvents,
  unrecognized,
} from '../../../lambdas/events/interpretation.ts';
import { groupOf, intakeGroupOf } from '../../../lambdas/events/message-group.ts';
import { altoviz } from '../../../lambdas/providers/altoviz/altoviz.ts';
import { ivvy } from '../../../lambdas/providers/ivvy/ivvy.ts';
import type { Provider, ProviderEvent } from '../../../lambdas/providers/provider.ts';
import { aDelivery, RECEIVED_AT } from '../support/deliveries.ts';
import { interpreted } from '../support/interpreted.ts';
import { anyText, FOR_SQS, utf8Text } from '../support/text.ts';

/** A provider that finds these events in whatever comes. */
const finding = (interpret: Provider<unknown>['interpret']): Provider<unknown> => ({
  name: 'altoviz',
  settings: v.unknown(),
  secret: undefined,
  retries: undefined,
  catalogue: () => ({ ContactCreated: 'contact.created' }),
  authenticate: async () => ({ outcome: 'accepted' }),
  interpret,
});

const found = (over: Partial<ProviderEvent> = {}): ProviderEvent => ({
  name: 'ContactCreated',
  identity: ['evt_1'],
  data: { id: 7 },
  ...over,
});

/** The events in a delivery. */
const eventsIn = (...delivered: Parameters<typeof interpretDelivery>): readonly GatepostEvent[] =>
  interpretDelivery(...delivered).events.map(({ event }) => event);

const eventOf = (over: Partial<ProviderEvent> = {}) => {
  const [event] = eventsIn(
    finding(() => [found(over)]),
    aDelivery(),
  );
  if (event === undefined) throw new Error('there is no event');
  return event;
};

/** https://www.rfc-editor.org/rfc/rfc3339#section-5.6, in UTC */
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

describe('an event that is understood', () => {
  test('is a CloudEvent with its provider’s own words beside', () => {
    const time = new Date('2024-03-11T00:00:44.000Z');
    expect(eventOf({ entityId: '7', account: '14', time })).toEqual({
      specversion: '1.0',
      id: expect.stringMatching(/^billing:[A-Za-z0-9_-]{43}$/),
      source: '/gatepost/billing/14',
      type: 'altoviz.contact.created',
      subject: '7',
      time: '2024-03-11T00:00:44.000Z',
      datacontenttype: 'application/json',
      provider: 'altoviz',
      entity: 'contact',
      action: 'created',
      providertype: 'ContactCreated',
      deliveryid: aDelivery().deliveryId,
      receivedat: RECEIVED_AT.toISOString(),
      data: { id: 7 },
    });
  });

  test('has the same key in every delivery of it, and another one in another source', () => {
    const provider = finding(() => [found()]);
    const [first] = eventsIn(provider, aDelivery());
    const [again] = eventsIn(
      provider,
      aDelivery({ deliveryId: 'another', receivedAt: '2024-03-12T00:00:00.000Z' }),
    );
    const [elsewhere] = eventsIn(provider, aDelivery({ source: { ...aDelivery().source, name: 'sandbox' } }));
    expect(again?.id).toBe(first?.id);
    expect(elsewhere?.id).not.toBe(first?.id);
    expect(eventOf({ identity: ['evt_', '1'] }).id).not.toBe(first?.id);
  });

  test('of which the provider names no time or an impossible one, has the time of receipt', () => {
    expect(eventOf().time).toBe(RECEIVED_AT.toISOString());
    expect(eventOf({ time: new Date(Number.NaN) }).time).toBe(RECEIVED_AT.toISOString());
  });

  test('has a time that RFC 3339 knows, whatever the provider’s clock says', () => {
    fc.assert(
      fc.property(fc.date({ noInvalidDate: false }), (time) => {
        expect(eventOf({ time }).time).toMatch(RFC_3339);
      }),
    );
  });

  test.each([
    ['-000001-12-31T23:59:59.999Z', RECEIVED_AT.toISOString()],
    ['0000-01-01T00:00:00.000Z', '0000-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
    ['+010000-01-01T00:00:00.000Z', RECEIVED_AT.toISOString()],
  ])('that happened at %s has the time %s', (time, expected) => {
    expect(eventOf({ time: new Date(time) }).time).toBe(expected);
  });

  test('has no attribute for what the provider does not name', () => {
    expect(eventOf()).not.toHaveProperty('subject');
  });

  test('has a source that is a URI reference, whatever the account is called', () => {
    fc.assert(
      fc.property(anyText(), (account) => {
        expect(eventOf({ account }).source).toMatch(/^\/gatepost\/billing\/[A-Za-z0-9\-_.!~*'()%]*$/);
      }),
    );
    expect(eventOf({ account: 'a/b?c#d \ud800' }).source).toBe('/gatepost/billing/a%2Fb%3Fc%23d%20%EF%BF%BD');
  });

  test('has its data untouched', () => {
    const data = Object.freeze({ a: 1 });
    expect(eventOf({ data }).data).toBe(data);
    expect(eventOf({ data: null }).data).toBeNull();
  });
});

test('an event that nobody knows goes to unrecognized.fifo with its payload and the reason', () => {
  expect(eventOf({ name: 'PlanetCreated', entityId: '7' })).toMatchObject({
    type: 'altoviz.unrecognized.received',
    entity: 'unrecognized',
    action: 'received',
    providertype: 'PlanetCreated',
    reason: 'unknown-event',
    subject: '7',
    data: { id: 7 },
  });
});

describe('an event that no queue gets', () => {
  const event = eventOf({ entityId: '7' });
  const redirected = {
    ...event,
    type: 'altoviz.unrecognized.received',
    entity: 'unrecognized',
    action: 'received',
    reason: 'no-queue',
  };
  const routing = { entities: [event.entity], entityQueues: false, consumers: [] };
  const redirect = (isUnlisted: boolean, over: Partial<RoutingTable> = {}) => {
    const table = { ...routing, ...over };
    const tools = { entities: new Set(table.entities), routes: readRoutes(table) };
    return redirectUnrouted(interpreted(event, { isUnlisted }), 'billing', tools).event;
  };

  test('goes there too if its entity is not one of the stack any more', () => {
    expect(redirect(false, { entities: [] })).toEqual(redirected);
  });

  test('goes there too if its name is in no list, so that it can’t be chosen', () => {
    expect(redirect(true)).toEqual(redirected);
    expect(redirect(true, { entityQueues: true })).toEqual(event);
    const consumers = [{ name: 'crm', events: ['*'], queues: 'one' as const }];
    expect(redirect(true, { consumers })).toEqual(event);
  });

  test('is in the event log alone if it is listed, and no consumer chooses it', () => {
    expect(redirect(false)).toEqual(event);
  });
});

describe('a delivery that nobody understands', () => {
  const whole = {
    type: 'altoviz.unrecognized.received',
    entity: 'unrecognized',
    reason: 'not-understood',
    datacontenttype: 'text/plain',
    data: aDelivery().body,
  };

  test.each([
    ['a rejection', new Rejection('body-shape')],
    ['a mistake of ours', new TypeError("reading 'x' of undefined")],
    ['what is no error at all', 'no'],
  ])('goes there whole: %s is thrown', (_, thrown) => {
    const provider = finding(() => {
      throw thrown;
    });
    expect(eventsIn(provider, aDelivery())).toEqual([expect.objectContaining(whole)]);
    expect(interpretDelivery(provider, aDelivery()).events[0]?.cause).toBe(thrown);
    expect(eventsIn(provider, aDelivery())).toEqual([unrecognized(aDelivery(), 'altoviz')]);
  });

  test('goes there whole: its settings are none any more', () => {
    const strict = { ...finding(() => [found()]), settings: v.strictObject({}) } as Provider<unknown>;
    expect(eventsIn(strict, aDelivery())).toEqual([expect.objectContaining(whole)]);
  });

  test('goes there whole: one of its events is none', () => {
    const provider = finding(() => [found(), undefined as unknown as ProviderEvent]);
    expect(eventsIn(provider, aDelivery())).toEqual([expect.objectContaining(whole)]);
  });

  test('goes there whole: it has more numbers than can be kept digit for digit', () => {
    const withNumbers = (count: number) =>
      aDelivery({
        body: `{"id":"1","type":"ContactCreated","data":[${Array(count).fill('1.0').join(',')}]}`,
      });
    const [kept, tooMany] = [withNumbers(MAX_KEPT_VALUES - 10), withNumbers(MAX_KEPT_VALUES)];
    expect(eventsIn(altoviz, kept)).toMatchObject([{ entity: 'contact' }]);
    expect(eventsIn(altoviz, tooMany)).toEqual([unrecognized(tooMany, 'altoviz')]);
  });

  test('is the same event each time it comes', () => {
    const again = aDelivery({ deliveryId: 'another' });
    expect(unrecognized(again, 'altoviz').id).toBe(unrecognized(aDelivery(), 'altoviz').id);
    expect(unrecognized(aDelivery({ body: 'other' }), 'altoviz').id).not.toBe(
      unrecognized(aDelivery(), 'altoviz').id,
    );
  });
});

describe('interpreting never throws', () => {
  test('whatever a provider finds', () => {
    const event = fc.record({
      name: fc.oneof(anyText(), fc.constant('ContactCreated'), fc.constant('Contact🎉')),
      identity: fc.array(anyText(), { maxLength: 3 }),
      entityId: fc.option(anyText(), { nil: undefined }),
      account: fc.option(anyText(), { nil: undefined }),
      time: fc.option(fc.date({ noInvalidDate: false }), { nil: undefined }),
      data: fc.jsonValue(),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 3 }), (events) => {
        const found = eventsIn(
          finding(() => events as ProviderEvent[]),
          aDelivery(),
        );
        expect(found).toHaveLength(events.length);
        for (const event of found) {
          expect(writeJson(event)).toMatch(FOR_SQS);
          expect(groupOf(event)).toMatch(/^[A-Za-z0-9_-]{43}$/);
        }
      }),
    );
  });

  test('whatever a provider throws', () => {
    fc.assert(
      fc.property(fc.anything(), (thrown) => {
        const provider = finding(() => {
          throw thrown;
        });
        expect(eventsIn(provider, aDelivery())).toEqual([unrecognized(aDelivery(), 'altoviz')]);
      }),
    );
  });

  test.each([
    ['altoviz', altoviz as Provider<never>],
    ['ivvy', ivvy as Provider<never>],
  ])('whatever the body is: %s', (name, provider) => {
    const settings = name === 'ivvy' ? { accountIds: ['14'] } : {};
    const body = fc.oneof(
      utf8Text(),
      fc.json(),
      fc
        .record({
          id: fc.anything(),
          type: fc.anything(),
          data: fc.jsonValue(),
          Message: fc.json(),
          MessageId: fc.string(),
        })
        .map((body) => JSON.stringify(body, (_, value: unknown) => (typeof value === 'bigint' ? 1 : value))),
    );
    fc.assert(
      fc.property(body, (body) => {
        const { events } = interpretDelivery(
          provider,
          aDelivery({ source: { name, provider: name, settings }, body }),
        );
        expect(events).toHaveLength(1);
      }),
    );
  });
});

test('a provider that stands for any of a kind gives its events another name, understood or not', () => {
  const named = (interpret: Provider<unknown>['interpret']) => ({
    ...finding(interpret),
    nameInEvents: () => 'acme',
  });
  const understood = eventsIn(
    named(() => [found()]),
    aDelivery(),
  );
  const refused = named(() => {
    throw new Rejection('body-shape');
  });
  expect(understood).toEqual([expect.objectContaining({ provider: 'acme', type: 'acme.contact.created' })]);
  expect(eventsIn(refused, aDelivery())).toEqual([
    expect.objectContaining({ provider: 'acme', type: 'acme.unrecognized.received' }),
  ]);
});

describe('the message group', () => {
  test('is the entity: the same for all that happens to it, another one for any other', () => {
    const group = (over: Partial<ProviderEvent>) => groupOf(eventOf({ entityId: '7', ...over }));
    expect(group({ data: 1, identity: ['evt_2'], time: new Date(0) })).toBe(group({}));
    expect(group({ name: 'ContactDeleted' })).toBe(group({}));
    expect(group({ entityId: '8' })).not.toBe(group({}));
    expect(group({ account: '14' })).not.toBe(group({}));
    expect(group({ name: 'PlanetCreated' })).not.toBe(group({}));
  });

  test('of what names no entity’s id is one for all of its kind', () => {
    const group = digest('/gatepost/billing', 'contact', '');
    expect(groupOf(eventOf())).toBe(group);
    expect(groupOf(eventOf({ identity: ['evt_2'] }))).toBe(group);
  });

  test('of what nobody understood is its own where it names no entity’s id: it waits for nothing', () => {
    const group = (over: Partial<ProviderEvent>) => groupOf(eventOf({ name: 'PlanetCreated', ...over }));
    expect(group({ identity: ['evt_2'] })).not.toBe(group({}));
    expect(group({})).toBe(group({}));
    expect(group({ identity: ['evt_2'], entityId: '7' })).toBe(group({ entityId: '7' }));
  });

  test('of a delivery is that of its event, and the body’s own where there is none', () => {
    const one = eventOf({ entityId: '7' });
    expect(intakeGroupOf(one, aDelivery())).toBe(groupOf(one));
    expect(intakeGroupOf(undefined, aDelivery())).toBe(digest(aDelivery().body));
  });
});

describe('of a delivery that is sent again for one of its events', () => {
  const { events } = interpretDelivery(
    finding(() => [found({ identity: ['1'] }), found({ identity: ['2'] })]),
    aDelivery(),
  );
  const [first, second] = events.map(({ event }) => event.id) as [string, string];
  const again = (of: string) =>
    routableEvents(events, { id: 'r1', of, at: RECEIVED_AT.toISOString() }).map(({ event }) => event);
  const keysOf = (of: string) => again(of).map(({ id, replayof }) => [id, replayof]);

  test('that one is routed, under another key', () => {
    expect(keysOf(second)).toEqual([[`${second}~r1`, second]]);
  });

  test('all are, where it reads differently today and has no such event any more', () => {
    expect(keysOf('billing:unrecognized-then')).toEqual([
      [`${first}~r1`, 'billing:unrecognized-then'],
      [`${second}~r1`, 'billing:unrecognized-then'],
    ]);
  });

  test('nothing else about it is another', () => {
    const { id: _, replayof: __, ...repeated } = again(first)[0] as GatepostEvent;
    const { id: ___, ...original } = (events[0] as InterpretedEvent).event;
    expect(repeated).toEqual(original);
  });

  test('all are, as they are, where it is not sent again', () => {
    expect(routableEvents(events, undefined)).toBe(events);
  });

  test('the keys are such as SQS takes for deduplication', () => {
    const name = `a${'-b'.repeat(15)}c`.slice(0, 32);
    const { events } = interpretDelivery(
      finding(() => [found()]),
      aDelivery({ source: { name, provider: 'altoviz', settings: {} } }),
    );
    const { id = '' } = events[0]?.event ?? {};
    // The longest: of an event that has the id of another one.
    const of = nextKey(id, nextKey(id, id, 'one'), 'other');
    const [routed] = routableEvents(events, { id: randomUUID(), of, at: RECEIVED_AT.toISOString() });
    expect(routed?.event.id).toMatch(/^[\w:.~-]{1,128}$/);
    expect(routed?.event.id.startsWith(`${of}~`)).toBe(true);
  });
});

describe('what an event says', () => {
  const contentsOf = (...said: readonly Partial<ProviderEvent>[]) =>
    interpretDelivery(
      finding(() => said.map(found)),
      aDelivery(),
    ).events.map(({ content }) => content());

  test('is its data, in whatever order its keys are', () => {
    const [one, same, other] = contentsOf(
      { data: { a: 1, b: { c: 2, d: [3] } } },
      { data: { b: { d: [3], c: 2 }, a: 1 }, identity: ['another'], time: new Date(0) },
      { data: { a: 1, b: { c: 2, d: [4] } } },
    );
    expect(same).toBe(one);
    expect(other).not.toBe(one);
  });

  test('is without what the provider says changes from one try to the next', () => {
    const [one, same] = contentsOf(
      { data: { a: 1, attempt: 1 }, lasting: { a: 1 } },
      { data: { a: 1, attempt: 2 }, lasting: { a: 1 } },
    );
    expect(same).toBe(one);
  });

  test('tells numbers that JavaScript could not tell apart', () => {
    const [one, other, text] = contentsOf(
      { data: parseJson('{"id":12345678901234567890}') },
      { data: parseJson('{"id":12345678901234567891}') },
      { data: parseJson('{"id":"12345678901234567890"}') },
    );
    expect(new Set([one, other, text]).size).toBe(3);
  });

  test('of what is not understood is its body', () => {
    const contentOf = (body: string) =>
      interpretDelivery(
        finding(() => {
          throw new Rejection('body-shape');
        }),
        aDelivery({ body }),
      ).events[0]?.content();
    expect(contentOf('{"a":1}')).toBe(contentOf('{"a":1}'));
    expect(contentOf('{"a":2}')).not.toBe(contentOf('{"a":1}'));
  });
});

describe('the repeat window', () => {
  const windowOf = (over: Partial<ProviderEvent>, more: Partial<Provider<unknown>> = {}) =>
    interpretDelivery({ ...finding(() => [found(over)]), ...more }, aDelivery()).events[0]?.repeatWindow;

  test('is one of an event without an id alone', () => {
    expect(windowOf({})).toBeUndefined();
    expect(windowOf({ isContentId: true })).toBe(4 * 86_400);
  });

  test('is the source’s own, if it has one', () => {
    expect(windowOf({ isContentId: true }, { repeatWindow: () => 3_600 })).toBe(3_600);
  });
});

describe('the parts of a delivery', () => {
  /** A provider whose body is a list of entities: each is an event. */
  const listing: Provider<unknown> = {
    ...finding(({ body }) =>
      (JSON.parse(body) as string[]).map((entityId) => found({ entityId, identity: [body, entityId] })),
    ),
    cut: ({ body }) => {
      const items = JSON.parse(body) as string[];
      return (numbers) => JSON.stringify(numbers.map((number) => items[number]));
    },
  };
  /** Identifies each by what it says alone, so that a part gives the same keys. */
  const byItem: Provider<unknown>['interpret'] = ({ body }) =>
    (JSON.parse(body) as string[]).map((entityId) => found({ entityId, identity: [entityId] }));
  const deliveryOf = (entities: readonly string[]) => aDelivery({ body: JSON.stringify(entities) });

  test('for intake are one for each entity, with its own items in their order, and the numbers of these', () => {
    const entities = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(entities, (list) => {
        const delivery = deliveryOf(list);
        const parts = intakeParts(interpretDelivery(listing, delivery), delivery) ?? [];
        expect(new Set(parts.map(({ group }) => group)).size).toBe(new Set(list).size);
        expect(parts).toHaveLength(new Set(list).size);
        for (const { delivery: part } of parts) {
          const own = JSON.parse(part.body) as string[];
          expect(new Set(own).size).toBe(1);
          const numbers = part.items ?? list.map((_, number) => number);
          expect(numbers).toEqual(list.flatMap((entity, number) => (entity === own[0] ? [number] : [])));
        }
      }),
    );
  });

  test('interpreted again give the same events under the same numbers, cut as often as one likes', () => {
    const delivery = deliveryOf(['a', 'b', 'a', 'c', 'a']);
    const whole = interpretDelivery({ ...listing, interpret: byItem }, delivery);
    for (const { delivery: part } of intakeParts(whole, delivery) ?? []) {
      const again = interpretDelivery({ ...listing, interpret: byItem }, part);
      for (const one of again.events) {
        expect(one.event).toEqual(whole.events[one.number]?.event);
        const slice = interpretDelivery({ ...listing, interpret: byItem }, again.part([one]));
        expect(slice.events.map(({ event, number }) => [event, number])).toEqual([[one.event, one.number]]);
      }
    }
  });

  test('are the delivery itself where it has one entity', () => {
    const one = deliveryOf(['a', 'a']);
    expect(intakeParts(interpretDelivery(listing, one), one)?.map(({ delivery }) => delivery)).toEqual([one]);
  });

  test('of a delivery without an event are the delivery, in a group of its own', () => {
    const delivery = deliveryOf([]);
    expect(intakeParts(interpretDelivery(listing, delivery), delivery)).toEqual([
      { delivery, group: digest('[]') },
    ]);
  });

  test.each([
    [MAX_EVENTS, MAX_EVENTS, undefined],
    [MAX_EVENTS + 1, 1, 'too-many-events'],
  ])('%s events are %s', (count, expected, reason) => {
    const delivery = deliveryOf(Array.from({ length: count }, (_, number) => String(number)));
    const { events } = interpretDelivery(listing, delivery);
    expect(events).toHaveLength(expected);
    expect(events[0]?.event.reason).toBe(reason);
    if (reason !== undefined) expect(events[0]?.event.data).toBe(delivery.body);
  });
});

describe('a source that does not let in all events of its catalogue', () => {
  const CATALOGUE = {
    ContactCreated: 'contact.created',
    ContactUpdated: 'contact.updated',
    InvoiceCreated: 'invoice.created',
  } as const;
  /** A provider whose body is a list of names: each is an event. An empty one is not understood. */
  const naming: Provider<unknown> = {
    ...finding(({ body, items }) =>
      (JSON.parse(body) as string[]).map((name, index) => ({
        ...found({ name, entityId: name, identity: [name, String(items?.[index] ?? index)] }),
        ...(name === '' && { notUnderstood: new Rejection('body-shape') }),
      })),
    ),
    catalogue: () => CATALOGUE,
    cut: ({ body }) => {
      const names = JSON.parse(body) as string[];
      return (numbers) => JSON.stringify(numbers.map((number) => names[number]));
    },
  };
  const deliveryOf = (names: readonly string[], events?: readonly string[]) =>
    aDelivery({
      source: { ...aDelivery().source, settings: events === undefined ? {} : { events } },
      body: JSON.stringify(names),
    });
  const namesOf = (events: readonly InterpretedEvent[]) => events.map(({ event }) => event.providertype);

  test('leaves out what it did not choose, and keeps unknown names', () => {
    const delivery = deliveryOf(
      ['ContactUpdated', 'ContactMerged', 'InvoiceCreated', 'Nonsense', '', 'ContactCreated'],
      ['contact.created'],
    );
    const { events, leftOut } = interpretDelivery(naming, delivery);
    expect(namesOf(events)).toEqual(['ContactMerged', 'Nonsense', undefined, 'ContactCreated']);
    expect(events.map(({ number }) => number)).toEqual([1, 3, 4, 5]);
    expect(events.map(({ event }) => event.reason)).toEqual([
      undefined,
      'unknown-event',
      'not-understood',
      undefined,
    ]);
    expect(namesOf(leftOut)).toEqual(['ContactUpdated', 'InvoiceCreated']);
  });

  test('keeps a delivery that is not understood', () => {
    const { events, leftOut } = interpretDelivery(
      naming,
      aDelivery({ ...deliveryOf([], ['contact.created']), body: 'no list' }),
    );
    expect(events.map(({ event }) => event.reason)).toEqual(['not-understood']);
    expect(leftOut).toEqual([]);
  });

  test('keeps a part of the delivery with the others alone, which says the same when it is interpreted again', () => {
    const names = fc.array(fc.constantFrom(...Object.keys(CATALOGUE), 'Nonsense'), { minLength: 1 });
    const lists = fc.subarray(['contact.*', '*.created', 'InvoiceCreated'], { minLength: 1 });
    fc.assert(
      fc.property(names, lists, (all, events) => {
        const delivery = deliveryOf(all, events);
        const whole = interpretDelivery(naming, deliveryOf(all));
        const first = interpretDelivery(naming, delivery);
        expect(whole.leftOut).toEqual([]);
        const kept = first.part(first.events);
        if (first.leftOut.length === 0) expect(kept).toBe(delivery);
        expect(JSON.parse(kept.body)).toEqual(namesOf(first.events));
        const again = interpretDelivery(naming, kept);
        expect(again.leftOut).toEqual([]);
        for (const result of [first, again]) {
          expect(result.events.map(({ event, number }) => [event.id, number])).toEqual(
            first.events.map(({ number }) => [whole.events[number]?.event.id, number]),
          );
        }
        const parts = intakeParts(first, kept) ?? [];
        expect(
          parts.flatMap(({ delivery: part }) => namesOf(interpretDelivery(naming, part).events)).sort(),
        ).toEqual(namesOf(first.events).sort());
      }),
    );
  });
});

describe('the key of an event that has the id of another one', () => {
  const ids = fc.array(anyText(), { minLength: 1, maxLength: 3 });

  test('says which id it has, and is always the same', () => {
    fc.assert(
      fc.property(ids, anyText(), (identity, other) => {
        const event = eventOf({ identity });
        const key = nextKey(event.id, event.id, other);
        expect(key).toMatch(/^billing:[\w-]{43}\.[\w-]{10}$/);
        expect(nextKey(event.id, event.id, other)).toBe(key);
        expect(isKeyOf(event, key)).toBe(true);
        expect(isKeyOf(event, event.id)).toBe(true);
        expect(isKeyOf(eventOf({ identity: [...identity, 'x'] }), key)).toBe(false);
      }),
    );
  });

  test('is replayed by itself', () => {
    const { events } = interpretDelivery(
      finding(() => [found()]),
      aDelivery(),
    );
    const { id = '' } = events[0]?.event ?? {};
    const of = nextKey(id, id, 'other');
    const [replayed] = routableEvents(events, { id: 'r1', of, at: RECEIVED_AT.toISOString() });
    expect(replayed?.event).toMatchObject({ id: `${of}~r1`, replayof: of });
  });
});
