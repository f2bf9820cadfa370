import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { JsonError, MAX_KEPT_VALUES, parseJson, writeJson } from '../../../../lambdas/core/json.ts';
import { Rejection } from '../../../../lambdas/core/rejection.ts';
import { ivvyCatalogue } from '../../../../lambdas/providers/ivvy/catalogue.ts';
import { interpretIvvy } from '../../../../lambdas/providers/ivvy/interpret.ts';
import type { ProviderEvent } from '../../../../lambdas/providers/provider.ts';
import { meaningOf } from '../../../../lambdas/providers/shared/catalogue.ts';
import { type InnerMessage, innerMessage } from '../../../../senders/ivvy.ts';
import { snsNotification } from '../../../../senders/sns.ts';
import { SIGNED_AT, TOPIC } from '../../support/ivvy.ts';
import { jsonText } from '../../support/json-text.ts';
import { anyText } from '../../support/text.ts';

const read = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');

const interpret = (body: string): ProviderEvent => {
  const [event, ...others] = interpretIvvy({ body, headers: {}, path: {} });
  if (event === undefined || others.length > 0) throw new Error('a notification is one event');
  return event;
};

/** An SNS notification of an iVvy message with these fields in place of its own. */
const notification = (inner: InnerMessage): string =>
  JSON.stringify(
    snsNotification(
      TOPIC,
      JSON.stringify({ ...innerMessage({ event: 'CompanyAdded' }), TxnId: 'txn-1', ...inner }),
      SIGNED_AT,
    ),
  );

test('the documented notification is what its documentation says', () => {
  const event = interpret(read('./documented-notification.json'));
  expect(event).toMatchObject({
    name: 'CompanyAdded',
    entityId: '60825',
    account: '14',
    time: new Date('2024-03-11T00:00:44Z'),
    data: { data: { id: 60825, businessName: 'Test Company 123', commissionFood: null } },
  });
});

describe('every sample', () => {
  const samples = new URL('../../../../senders/samples/ivvy/', import.meta.url);
  const names = readdirSync(samples).map((file) => file.replace(/\.json$/, ''));

  // Without an id of their own: they tell of many at once.
  const WITHOUT_ID = ['RoomInventoryUpdated', 'RoomRatesUpdated', 'RatePlanBookingRulesUpdated'];

  test('is of the catalogue, and the catalogue has a sample of each entity', () => {
    for (const name of names) expect(Object.keys(ivvyCatalogue)).toContain(name);
    const entities = (list: readonly string[]) =>
      new Set(list.map((name) => meaningOf(ivvyCatalogue, name)?.entity));
    expect(entities(names)).toEqual(entities(Object.keys(ivvyCatalogue)));
  });

  test.each(names)('%s: its payload untouched, and the id of what it is about', (name) => {
    const Body = readFileSync(new URL(`${name}.json`, samples), 'utf8');
    const event = interpret(notification({ Subject: name, Body }));
    expect(event.name).toBe(name);
    expect(writeJson(event.data)).toBe(writeJson(parseJson(Body)));
    expect(event.account).toBe('14');
    if (WITHOUT_ID.includes(name)) expect(event.entityId).toBeUndefined();
    else expect(event.entityId).toMatch(/^\d+$/);
  });
});

describe('the entity’s id', () => {
  const idOf = (Subject: string, Body: unknown) =>
    interpret(notification({ Subject, Body: JSON.stringify(Body) })).entityId;

  // https://developer.ivvy.com/notifications, and github ivvycode/ivvy-subscriptions-net
  test.each([
    ['CompanyAdded', { data: { id: 60825 } }, '60825'],
    ['CompanyAdded', { data: { id: '25146' } }, '25146'],
    ['CompanyDeleted', { companyId: 1 }, '1'],
    ['ContactDeleted', { contactId: 2 }, '2'],
    ['ContactNoteDeleted', { noteId: 3 }, '3'],
    ['CrmLeadNoteDeleted', { noteId: 4 }, '4'],
    ['BookingNoteDeleted', { noteId: 5 }, '5'],
    ['OpportunityDeleted', { venueId: null, opportunityId: 6 }, '6'],
    ['CrmEventTaskDeleted', { taskId: 7 }, '7'],
    ['CrmEventActivityDeleted', { activityId: 8 }, '8'],
    ['BookingDeleted', { venueId: 1, bookingId: 9, accommodationIds: [1] }, '9'],
    ['BookingSessionDeleted', { venueId: 1, bookingId: 2, sessionId: 10 }, '10'],
    ['BookingAccommodationDeleted', { venueId: 1, bookingId: 2, accommodationId: 11 }, '11'],
    ['BookingRoomReservationDeleted', { venueId: 1, bookingId: 2, reservationId: 12, roomIds: [] }, '12'],
    ['SpaceBlockoutDeleted', { venueId: 1, spaceBlockoutId: 13 }, '13'],
    ['BookingDocumentDeleted', { venueId: 1, bookingId: 2, documentId: 14 }, '14'],
    ['BookingBeoDeleted', { venueId: 1, bookingId: 2, beoId: 15 }, '15'],
    ['VenueGuestAnonymised', { guestContactId: 16 }, '16'],
    ['CompanyMerged', { companyId: 17 }, '17'],
    ['BookingNotePinned', { data: { id: 18 } }, '18'],
    ['RoomInventoryUpdated', { data: [{ roomId: 1 }] }, undefined],
    ['PlanetAdded', { planetId: 1 }, undefined],
    ['PlanetAdded', { undefined: 1 }, undefined],
    ['CompanyDeleted', { companyId: null }, undefined],
    ['CompanyAdded', { data: { id: { x: 1 } } }, undefined],
    ['CompanyAdded', {}, undefined],
    ['CompanyAdded', [], undefined],
    ['CompanyAdded', 'text', undefined],
  ])('%s of %j is %j', (subject, body, id) => {
    expect(idOf(subject, body)).toBe(id);
  });

  test('of a number that no double holds is that number', () => {
    const event = interpret(notification({ Body: '{"data":{"id":12345678901234567890}}' }));
    expect(event.entityId).toBe('12345678901234567890');
  });
});

test('a payload with more numbers than can be kept digit for digit is not read', () => {
  const withNumbers = (count: number) => notification({ Body: `[${Array(count).fill('1.0').join(',')}]` });
  expect(writeJson(interpret(withNumbers(MAX_KEPT_VALUES)).data)).toContain('1.0,1.0');
  expect(() => interpret(withNumbers(MAX_KEPT_VALUES + 1))).toThrow(JsonError);
});

describe('the identity', () => {
  const identityOf = (inner: InnerMessage) => interpret(notification(inner)).identity;

  test('is the same in every delivery of a transaction, whatever SNS calls it', () => {
    expect(identityOf({})).toEqual(identityOf({}));
    expect(identityOf({ Timestamp: 5, Signature: 'AAAA' })).toEqual(identityOf({}));
  });

  test.each([
    ['transaction', { TxnId: 'txn-2' }],
    ['subject', { Subject: 'CompanyUpdated' }],
    ['body', { Body: '{"data":{}}' }],
    ['account', { AccountId: '15' }],
  ])('is another for another %s', (_, other) => {
    expect(identityOf(other)).not.toEqual(identityOf({}));
  });

  test('is what SNS calls the message where there is no transaction', () => {
    for (const TxnId of [undefined, null, '']) {
      const body = notification({ TxnId });
      const { MessageId } = JSON.parse(body) as { readonly MessageId: string };
      expect(interpret(body).identity).toEqual([MessageId]);
    }
  });
});

describe('the time', () => {
  const timeOf = (Timestamp: unknown) => interpret(notification({ Timestamp })).time;

  test.each([1710115244, '1710115244'])('is iVvy’s: %j', (timestamp) => {
    expect(timeOf(timestamp)).toEqual(new Date('2024-03-11T00:00:44Z'));
  });

  test.each([undefined, null, '', '2024-03-11 00:00:44 UTC', 'soon'])(
    'is that of SNS where iVvy’s is none: %j',
    (timestamp) => {
      expect(timeOf(timestamp)).toEqual(SIGNED_AT);
    },
  );
});

describe('whatever comes', () => {
  test('the payload leaves digit for digit', () => {
    fc.assert(
      fc.property(jsonText(), ({ sent, leaving }) => {
        expect(writeJson(interpret(notification({ Body: sent })).data)).toBe(leaving);
      }),
    );
  });

  const expectNoSurprise = (body: string) => {
    try {
      interpretIvvy({ body, headers: {}, path: {} });
    } catch (error) {
      if (!(error instanceof Rejection) && !(error instanceof JsonError)) throw error;
    }
  };

  test('nothing is thrown but a rejection or that it is no JSON', () => {
    fc.assert(fc.property(fc.oneof(anyText(), fc.json()), expectNoSurprise));
    fc.assert(
      fc.property(fc.oneof(anyText(), fc.json()), (Message) => expectNoSurprise(JSON.stringify({ Message }))),
    );
    fc.assert(
      fc.property(
        fc.constantFrom('TxnId', 'AccountId', 'Subject', 'Body', 'Timestamp', 'Region', 'Signature'),
        fc.oneof(fc.jsonValue(), anyText(), fc.json()),
        (name, value) => expectNoSurprise(notification({ [name]: value })),
      ),
      { numRuns: 500 },
    );
  });

  test('a Body of other JSON than an object is an event all the same', () => {
    for (const Body of ['[]', 'null', '5', '"text"'])
      expect(interpret(notification({ Body })).data).toEqual(JSON.parse(Body));
  });

  test('what is no notification is said to be none', () => {
    expect(() => interpret('[]')).toThrow(new Rejection('body-shape', 'the body is not a JSON object'));
  });

  test('a Body nested deeper than anybody writes is not understood', () => {
    expect(() => interpret(notification({ Body: '['.repeat(501) + ']'.repeat(501) }))).toThrow(JsonError);
  });
});
