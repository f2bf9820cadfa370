import * as v from 'valibot';
import { id, list, maybe } from '../shapes/data-shape.ts';
import type { Documentation } from '../shapes/documentation.ts';
import { idFields, ivvyCatalogue } from './catalogue.ts';
import { booking } from './data-booking.ts';
import { company, contact, contactNote } from './data-contacts.ts';
import { activity, leadNote, opportunity, task } from './data-crm.ts';
import { invoice } from './data-payments.ts';
import {
  accommodation,
  bookingBeo,
  bookingDocument,
  bookingNote,
  bookingRule,
  roomInventory,
  roomRate,
  roomReservation,
  session,
  spaceBlockout,
} from './data-venues.ts';

/** The response of the matching get… call of iVvy's API. */
const added = <Type extends v.GenericSchema>(type: Type) => v.looseObject({ data: maybe(type) });

/** The same, with the old values of the changed fields. */
const changed = <Type extends v.GenericSchema>(type: Type) =>
  v.looseObject({ data: maybe(type), previousData: maybe(type) });

/** Has the booking's status too, which is known from the vendor's receiver only. */
const addedToBooking = <Type extends v.GenericSchema>(type: Type) =>
  v.looseObject({ data: maybe(type), bookingStatus: id });

const changedInBooking = <Type extends v.GenericSchema>(type: Type) =>
  v.looseObject({ data: maybe(type), previousData: maybe(type), bookingStatus: id });

const rows = <Type extends v.GenericSchema>(type: Type) => v.looseObject({ data: list(type) });

export const ivvyDocumentation = {
  title: 'iVvy',
  page: 'https://developer.ivvy.com/notifications',
  catalogue: ivvyCatalogue,
  payload:
    '`data` is the parsed `Body`: `{ data }` of what was added, `{ data, previousData }` of what was changed, where `previousData` holds the old values of the changed fields only, and the ids of what was deleted.',
  key: "The account, `TxnId`, the Subject and a hash of `Body`; where there is no `TxnId`, SNS's `MessageId`.",
  entityIds: (entity) => [WITHOUT_ID.has(entity) ? [] : 'data.id', idFields[entity] ?? []].flat(),
  data: {
    'company.created': added(company),
    'company.updated': changed(company),
    'company.deleted': v.looseObject({ companyId: id }),

    'contact.created': added(contact),
    'contact.updated': changed(contact),
    'contact.deleted': v.looseObject({ contactId: id }),
    'contact-note.created': added(contactNote),
    'contact-note.updated': changed(contactNote),
    'contact-note.deleted': v.looseObject({ noteId: id }),

    'opportunity.created': added(opportunity),
    'opportunity.updated': changed(opportunity),
    'opportunity.deleted': v.looseObject({ venueId: id, opportunityId: id }),
    'crm-task.created': added(task),
    'crm-task.updated': changed(task),
    'crm-task.deleted': v.looseObject({ taskId: id }),
    'crm-activity.created': added(activity),
    'crm-activity.updated': changed(activity),
    'crm-activity.deleted': v.looseObject({ activityId: id }),
    'lead-note.created': added(leadNote),
    'lead-note.updated': changed(leadNote),
    'lead-note.deleted': v.looseObject({ noteId: id }),

    'invoice.created': added(invoice),
    'invoice.updated': changed(invoice),

    'booking.created': added(booking),
    'booking.updated': changed(booking),
    'booking.moved': changed(booking),
    'booking.deleted': v.looseObject({
      venueId: id,
      bookingId: id,
      bookingStatus: id,
      accommodationIds: list(id),
      roomReservationIds: list(id),
      sessionIds: list(id),
    }),
    'booking-session.created': added(session),
    'booking-session.updated': changed(session),
    'booking-session.deleted': v.looseObject({ venueId: id, bookingId: id, sessionId: id }),
    'booking-accommodation.created': addedToBooking(accommodation),
    'booking-accommodation.updated': changedInBooking(accommodation),
    'booking-accommodation.moved': changedInBooking(accommodation),
    'booking-accommodation.deleted': v.looseObject({
      venueId: id,
      bookingId: id,
      bookingStatus: id,
      accommodationId: id,
    }),
    'room-reservation.created': addedToBooking(roomReservation),
    'room-reservation.updated': v.looseObject({
      data: maybe(roomReservation),
      previousData: maybe(roomReservation),
      newestData: maybe(roomReservation),
      bookingStatus: id,
    }),
    'room-reservation.confirmed': changedInBooking(roomReservation),
    'room-reservation.cancelled': changedInBooking(roomReservation),
    'room-reservation.deleted': v.looseObject({
      venueId: id,
      bookingId: id,
      bookingStatus: id,
      reservationId: id,
      roomIds: list(id),
    }),
    'booking-note.created': added(bookingNote),
    'booking-note.updated': changed(bookingNote),
    'booking-note.deleted': v.looseObject({ noteId: id }),
    'booking-document.generated': changed(bookingDocument),
    'booking-document.deleted': v.looseObject({ venueId: id, bookingId: id, documentId: id }),
    'booking-beo.generated': changed(bookingBeo),
    'booking-beo.deleted': v.looseObject({ venueId: id, bookingId: id, beoId: id }),
    'space-blockout.created': added(spaceBlockout),
    'space-blockout.updated': changed(spaceBlockout),
    'space-blockout.deleted': v.looseObject({ venueId: id, spaceBlockoutId: id }),
    'venue-guest.anonymised': v.looseObject({ guestContactId: id }),

    'room-inventory.updated': rows(roomInventory),
    'room-rates.updated': rows(roomRate),
    'rate-plan-booking-rules.updated': rows(bookingRule),
  },
  remarks: [
    "The shapes are those of the vendor's [API documentation](https://github.com/ivvycode/apidocs). `BookingAccommodationMoved`, `BookingRoomReservationConfirmed`, `BookingRoomReservationCancelled` and `VenueGuestAnonymised`, and `bookingStatus` and `newestData` everywhere, are known from its [receiver](https://github.com/ivvycode/ivvy-subscriptions-net) only.",
    'Times are in UTC, but not ISO 8601: `2024-03-11 00:00:44 UTC`, sometimes without the `UTC`.',
    '`VenueGuestAnonymised` asks you to erase what you keep about that guest.',
  ],
} as const satisfies Documentation;

/** Entities without `data.id`: the first is only deleted, the others are lists. */
const WITHOUT_ID: ReadonlySet<string> = new Set([
  'venue-guest',
  'room-inventory',
  'room-rates',
  'rate-plan-booking-rules',
]);
