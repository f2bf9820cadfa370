import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as v from 'valibot';
import { digest } from '../../../lambdas/core/digest.ts';
import { MAX_KEPT_VALUES, writeJson } from '../../../lambdas/core/json.ts';
import { Rejection } from '../../../lambdas/core/rejection.ts';
import type { GatepostEvent } from '../../../lambdas/events/event.ts';
import {
  groupOf,
  intakeGroupOf,
  interpretDelivery,
  routableEvents,
  unrecognized,
  withoutQueue,
} from '../../../lambdas/events/interpretation.ts';
import { altoviz } from '../../../lambdas/providers/altoviz/altoviz.ts';
import { ivvy } from '../../../lambdas/providers/ivvy/ivvy.ts';
import type { Provider, ProviderEvent } from '../../../lambdas/providers/provider.ts';
import { aDelivery, RECEIVED_AT } from '../support/deliveries.ts';
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

const eventOf = (over: Partial<ProviderEvent> = {}) => {
  const [event] = interpretDelivery(
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
    const [first] = interpretDelivery(provider, aDelivery());
    const [again] = interpretDelivery(
      provider,
      aDelivery({ deliveryId: 'another', receivedAt: '2024-03-12T00:00:00.000Z' }),
    );
    const [elsewhere] = interpretDelivery(
      provider,
      aDelivery({ source: { ...aDelivery().source, name: 'sandbox' } }),
    );
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

test('an event whose entity has no queue any more goes there too', () => {
  expect(withoutQueue(eventOf({ entityId: '7' }))).toEqual({
    ...eventOf({ entityId: '7' }),
    type: 'altoviz.unrecognized.received',
    entity: 'unrecognized',
    action: 'received',
    reason: 'no-queue',
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
    expect(interpretDelivery(provider, aDelivery())).toEqual([expect.objectContaining(whole)]);
    expect(interpretDelivery(provider, aDelivery())).toEqual([unrecognized(aDelivery(), 'altoviz')]);
  });

  test('goes there whole: its settings are none any more', () => {
    const strict = { ...finding(() => [found()]), settings: v.strictObject({}) } as Provider<unknown>;
    expect(interpretDelivery(strict, aDelivery())).toEqual([expect.objectContaining(whole)]);
  });

  test('goes there whole: one of its events is none', () => {
    const provider = finding(() => [found(), undefined as unknown as ProviderEvent]);
    expect(interpretDelivery(provider, aDelivery())).toEqual([expect.objectContaining(whole)]);
  });

  test('goes there whole: it has more numbers than can be kept digit for digit', () => {
    const withNumbers = (count: number) =>
      aDelivery({
        body: `{"id":"1","type":"ContactCreated","data":[${Array(count).fill('1.0').join(',')}]}`,
      });
    const [kept, tooMany] = [withNumbers(MAX_KEPT_VALUES - 10), withNumbers(MAX_KEPT_VALUES)];
    expect(interpretDelivery(altoviz, kept)).toMatchObject([{ entity: 'contact' }]);
    expect(interpretDelivery(altoviz, tooMany)).toEqual([unrecognized(tooMany, 'altoviz')]);
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
        const interpreted = interpretDelivery(
          finding(() => events as ProviderEvent[]),
          aDelivery(),
        );
        expect(interpreted).toHaveLength(events.length);
        for (const event of interpreted) {
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
        expect(interpretDelivery(provider, aDelivery())).toEqual([unrecognized(aDelivery(), 'altoviz')]);
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
        const events = interpretDelivery(
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
  const understood = interpretDelivery(
    named(() => [found()]),
    aDelivery(),
  );
  const refused = named(() => {
    throw new Rejection('body-shape');
  });
  expect(understood).toEqual([expect.objectContaining({ provider: 'acme', type: 'acme.contact.created' })]);
  expect(interpretDelivery(refused, aDelivery())).toEqual([
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

  test('of a delivery is that of its first event, and the body’s own where there is none', () => {
    const [one, other] = [eventOf({ entityId: '7' }), eventOf({ entityId: '8' })];
    expect(intakeGroupOf([one, other], aDelivery())).toBe(groupOf(one));
    expect(intakeGroupOf([], aDelivery())).toBe(digest(aDelivery().body));
  });
});

describe('of a delivery that is sent again for one of its events', () => {
  const events = interpretDelivery(
    finding(() => [found({ identity: ['1'] }), found({ identity: ['2'] })]),
    aDelivery(),
  );
  const [first, second] = events.map(({ id }) => id) as [string, string];
  const again = (of: string) => routableEvents(events, { id: 'r1', of, at: RECEIVED_AT.toISOString() });
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
    const { id: ___, ...original } = events[0] as GatepostEvent;
    expect(repeated).toEqual(original);
  });

  test('all are, as they are, where it is not sent again', () => {
    expect(routableEvents(events, undefined)).toBe(events);
  });

  test('the keys are such as SQS takes for deduplication', () => {
    const name = `a${'-b'.repeat(15)}c`.slice(0, 32);
    const [event] = interpretDelivery(
      finding(() => [found()]),
      aDelivery({ source: { name, provider: 'altoviz', settings: {} } }),
    );
    const [routed] = routableEvents([event as GatepostEvent], {
      id: randomUUID(),
      of: event?.id ?? '',
      at: RECEIVED_AT.toISOString(),
    });
    expect(routed?.id).toMatch(/^[\w:~-]{1,128}$/);
  });
});
