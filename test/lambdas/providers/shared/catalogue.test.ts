import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { providerNamed } from '../../../../lambdas/providers/index.ts';
import type { Provider } from '../../../../lambdas/providers/provider.ts';
import { documented } from '../../../../lambdas/providers/shapes/documented.ts';
import { type Catalogue, entitiesOf, meaningOf } from '../../../../lambdas/providers/shared/catalogue.ts';
import { anyText } from '../../support/text.ts';

const catalogue = {
  CompanyAdded: 'company.created',
  BookingAdded: 'booking.created',
  BookingNoteAdded: 'booking-note.created',
  BookingRoomReservationConfirmed: 'room-reservation.confirmed',
  order_created: 'order.created',
  'refund.succeeded': 'refund.succeeded',
  'checkout_session.completed': 'checkout-session.completed',
  test: 'test.sent',
} as const satisfies Catalogue;

test('the entities of a catalogue, each once, in its order', () => {
  expect(entitiesOf(catalogue)).toEqual([
    'company',
    'booking',
    'booking-note',
    'room-reservation',
    'order',
    'refund',
    'checkout-session',
    'test',
  ]);
  expect(entitiesOf({ a_b: 'x.created', a_c: 'x.updated' })).toEqual(['x']);
});

describe('what a name means', () => {
  test('a listed name means what is listed', () => {
    expect(meaningOf(catalogue, 'CompanyAdded')).toEqual({ entity: 'company', action: 'created' });
    expect(meaningOf(catalogue, 'test')).toEqual({ entity: 'test', action: 'sent' });
    expect(meaningOf({ x: 'a.b.c' }, 'x')).toEqual({ entity: 'a', action: 'b.c' });
  });

  test.each([
    ['CompanyMerged', 'company', 'merged'],
    ['CompanyBillingPlanChanged', 'company', 'billing-plan-changed'],
    ['BookingRoomReservationNoShow', 'room-reservation', 'no-show'],
    ['BookingNotePinned', 'booking-note', 'pinned'],
    ['BookingNotesPinned', 'booking', 'notes-pinned'],
    ['order_archived', 'order', 'archived'],
    ['Order2Archived', undefined, ''],
  ])('%s, which is not listed: the longest beginning of a known entity counts', (name, entity, action) => {
    expect(meaningOf(catalogue, name)).toEqual(entity === undefined ? undefined : { entity, action });
  });

  test.each([
    'order_updated',
    'order.updated',
    'OrderUpdated',
    'order-updated',
    'ORDER_UPDATED',
    'order/updated',
    ' order  updated ',
  ])('%s is spelled like all the others', (name) => {
    expect(meaningOf(catalogue, name)).toEqual({ entity: 'order', action: 'updated' });
  });

  test.each([
    '',
    '-',
    'Company',
    'order',
    'Companys',
    'MergedCompany',
    'Test',
    'test.again',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    '🎉',
  ])('%j means nothing here', (name) => {
    expect(meaningOf(catalogue, name)).toBeUndefined();
  });

  test('no name at all makes it throw, and an action is always fit for an attribute of SQS', () => {
    const listed = Object.keys(catalogue);
    const name = fc.oneof(
      anyText(300),
      fc
        .tuple(fc.constantFrom(...listed, 'Company', 'booking.note'), anyText(300))
        .map((parts) => parts.join('')),
      fc.string({ minLength: 1_000, maxLength: 10_000 }),
    );
    fc.assert(
      fc.property(name, (name) => {
        const meaning = meaningOf(catalogue, name);
        if (meaning === undefined) return;
        expect(entitiesOf(catalogue)).toContain(meaning.entity);
        expect(meaning.action).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
        expect(meaning.action.length).toBeLessThanOrEqual(255);
      }),
      { numRuns: 500 },
    );
  });

  test('of a name of any length only the beginning is looked at', () => {
    const started = performance.now();
    expect(meaningOf(catalogue, `Company${'Aa'.repeat(250_000)}`)?.entity).toBe('company');
    expect(performance.now() - started).toBeLessThan(100);
  });
});

describe.each(Object.keys(documented))('the catalogue of %s', (name) => {
  const listed: Catalogue = (providerNamed(name) as Provider<object>).catalogue({});

  test('lists every entity and action in a form that a queue can be named after', () => {
    for (const meaning of Object.values(listed))
      expect(meaning).toMatch(/^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$/);
  });

  test('takes an unlisted verb of each name to the same entity', () => {
    for (const name of Object.keys(listed)) {
      const other = name.replace(/[A-Z][a-z]+$/, 'Merged').replace(/(?<=[._])[a-z]+$/, 'merged');
      expect(meaningOf(listed, other)).toEqual({ entity: meaningOf(listed, name)?.entity, action: 'merged' });
    }
  });
});
