import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Catalogue } from '../../../../lambdas/providers/shared/catalogue.ts';
import { fits, leftOutBy, letIn } from '../../../../lambdas/providers/shared/selection.ts';

const CATALOGUE = {
  CompanyAdded: 'company.created',
  CompanyUpdated: 'company.updated',
  BookingNoteAdded: 'booking-note.created',
  RoomRatesUpdated: 'room-rates.updated',
  // A name that looks like a pattern, and means something else.
  'company.sent': 'mail.sent',
} as const satisfies Catalogue;

const chosen = (...events: readonly string[]) => Object.keys(letIn(CATALOGUE, { events }));

describe('the events that a source lets in', () => {
  test('are all without a list, and with a list of all', () => {
    for (const settings of [{}, undefined, { events: undefined }, { events: ['*'] }, { events: ['*.*'] }]) {
      expect(letIn(CATALOGUE, settings)).toEqual(CATALOGUE);
      expect(leftOutBy(CATALOGUE, settings).size).toBe(0);
    }
  });

  test.each([
    [['company.*'], ['CompanyAdded', 'CompanyUpdated']],
    [['*.created'], ['CompanyAdded', 'BookingNoteAdded']],
    [['booking-note.created'], ['BookingNoteAdded']],
    [['RoomRatesUpdated'], ['RoomRatesUpdated']],
    [
      ['RoomRatesUpdated', 'company.created'],
      ['CompanyAdded', 'RoomRatesUpdated'],
    ],
    [['company.sent'], ['company.sent']],
    [['mail.*'], ['company.sent']],
    [['roomratesupdated'], []],
    [['booking.*'], []],
    [['constructor'], []],
  ])('are by %j %j', (events, names) => {
    expect(chosen(...events)).toEqual(names);
  });

  test('and those left out are the catalogue, and the order of the list does not matter', () => {
    const text = fc.constantFrom('company.*', '*.created', 'room-rates.updated', ...Object.keys(CATALOGUE));
    fc.assert(
      fc.property(fc.array(text, { minLength: 1 }), (events) => {
        const names = chosen(...events);
        const leftOut = leftOutBy(CATALOGUE, { events });
        expect([...names, ...leftOut].sort()).toEqual(Object.keys(CATALOGUE).sort());
        expect(chosen(...events.toReversed())).toEqual(names);
        for (const name of names) expect(events.some((one) => fits(one, CATALOGUE, name))).toBe(true);
      }),
    );
  });

  test('are found once for a list, which a function has one of', () => {
    const settings = { events: ['company.*'] };
    expect(leftOutBy(CATALOGUE, settings)).toBe(leftOutBy(CATALOGUE, { ...settings }));
    expect(leftOutBy({ Other: 'other.made' }, settings)).toEqual(new Set(['Other']));
  });
});
