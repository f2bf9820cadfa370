import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Delivery } from '../../../../lambdas/core/delivery.ts';
import { parseSettings } from '../../../../lambdas/core/source.ts';
import { interpretDelivery } from '../../../../lambdas/events/interpretation.ts';
import { avaza } from '../../../../lambdas/providers/avaza/avaza.ts';
import { hmac } from '../../../../lambdas/providers/hmac/hmac.ts';
import { hmacSettings } from '../../../../lambdas/providers/hmac/settings.ts';
import type { Provider } from '../../../../lambdas/providers/provider.ts';
import { aDelivery } from '../../support/deliveries.ts';

const HMAC = parseSettings(hmacSettings, 'acme', {
  name: 'acme',
  header: 'x-signature',
  items: 'body',
  eventName: 'item:type',
  eventId: 'item:id',
  catalogue: { 'thing.made': 'thing.created' },
});

const SENDERS: readonly (readonly [
  name: string,
  provider: Provider<never>,
  settings: object,
  good: object,
])[] = [
  ['hmac', hmac as unknown as Provider<never>, HMAC, { type: 'thing.made', id: 'g' }],
  ['avaza', avaza as unknown as Provider<never>, {}, { TimesheetEntryID: 7, DateUpdated: '2026-11-29' }],
];

const BAD: readonly unknown[] = [null, 5, 'text', [], [{}]];

describe.each(SENDERS)('a list of %s', (name, provider, settings, good) => {
  const delivered = (items: readonly unknown[]): Delivery =>
    aDelivery({
      source: { name: 'billing', provider: name, settings },
      path: { event: 'timesheet_created' },
      body: JSON.stringify(items),
    });
  const eventsIn = (delivery: Delivery) => interpretDelivery(provider, delivery, settings as never);

  test('whose items are not all understood: these take no others along, and every part says the same', () => {
    const items = fc.array(fc.constantFrom('good', ...BAD.keys()), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(items, (drawn) => {
        const all = ['good', ...drawn].map((one) => (typeof one === 'number' ? BAD[one] : good));
        const { events, part } = eventsIn(delivered(all));
        expect(events.map(({ event }) => event.reason)).toEqual(
          all.map((item) => (item === good ? undefined : 'not-understood')),
        );
        expect(events.map(({ event }) => event.data)).toEqual(all);
        for (const event of events) {
          const [again] = eventsIn(part([event])).events;
          expect(again?.event).toEqual(event.event);
          expect(again?.content()).toBe(event.content());
        }
      }),
    );
  });

  test('of which no item is understood goes to unrecognized.fifo as it came', () => {
    const delivery = delivered([null, 5]);
    const { events } = eventsIn(delivery);
    expect(events.map(({ event }) => [event.reason, event.data])).toEqual([
      ['not-understood', delivery.body],
    ]);
  });
});
