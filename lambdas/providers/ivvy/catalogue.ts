import type { Catalogue } from '../shared/catalogue.ts';

/**
 * Every Subject in iVvy's documentation or in the vendor's own receiver.
 *
 * @see https://developer.ivvy.com/notifications
 * @see https://github.com/ivvycode/ivvy-subscriptions-net
 */
export const ivvyCatalogue = {
  // companiesEndpoint
  CompanyAdded: 'company.created',
  CompanyUpdated: 'company.updated',
  CompanyDeleted: 'company.deleted',

  // contactsEndpoint
  ContactAdded: 'contact.created',
  ContactUpdated: 'contact.updated',
  ContactDeleted: 'contact.deleted',
  ContactNoteAdded: 'contact-note.created',
  ContactNoteUpdated: 'contact-note.updated',
  ContactNoteDeleted: 'contact-note.deleted',

  // crmEndpoint
  OpportunityAdded: 'opportunity.created',
  OpportunityUpdated: 'opportunity.updated',
  OpportunityDeleted: 'opportunity.deleted',
  CrmEventTaskAdded: 'crm-task.created',
  CrmEventTaskUpdated: 'crm-task.updated',
  CrmEventTaskDeleted: 'crm-task.deleted',
  CrmEventActivityAdded: 'crm-activity.created',
  CrmEventActivityUpdated: 'crm-activity.updated',
  CrmEventActivityDeleted: 'crm-activity.deleted',
  CrmLeadNoteAdded: 'lead-note.created',
  CrmLeadNoteUpdated: 'lead-note.updated',
  CrmLeadNoteDeleted: 'lead-note.deleted',

  // paymentsEndpoint; an applied payment is an InvoiceUpdated too
  InvoiceAdded: 'invoice.created',
  InvoiceUpdated: 'invoice.updated',

  // venuesEndpoint
  BookingAdded: 'booking.created',
  BookingUpdated: 'booking.updated',
  BookingMoved: 'booking.moved',
  BookingDeleted: 'booking.deleted',
  BookingSessionAdded: 'booking-session.created',
  BookingSessionUpdated: 'booking-session.updated',
  BookingSessionDeleted: 'booking-session.deleted',
  BookingAccommodationAdded: 'booking-accommodation.created',
  BookingAccommodationUpdated: 'booking-accommodation.updated',
  BookingAccommodationMoved: 'booking-accommodation.moved',
  BookingAccommodationDeleted: 'booking-accommodation.deleted',
  BookingRoomReservationAdded: 'room-reservation.created',
  BookingRoomReservationUpdated: 'room-reservation.updated',
  BookingRoomReservationConfirmed: 'room-reservation.confirmed',
  BookingRoomReservationCancelled: 'room-reservation.cancelled',
  BookingRoomReservationDeleted: 'room-reservation.deleted',
  BookingNoteAdded: 'booking-note.created',
  BookingNoteUpdated: 'booking-note.updated',
  BookingNoteDeleted: 'booking-note.deleted',
  BookingDocumentGenerated: 'booking-document.generated',
  BookingDocumentDeleted: 'booking-document.deleted',
  BookingBeoGenerated: 'booking-beo.generated',
  BookingBeoDeleted: 'booking-beo.deleted',
  SpaceBlockoutAdded: 'space-blockout.created',
  SpaceBlockoutUpdated: 'space-blockout.updated',
  SpaceBlockoutDeleted: 'space-blockout.deleted',
  VenueGuestAnonymised: 'venue-guest.anonymised',

  // ariEndpoint
  RoomInventoryUpdated: 'room-inventory.updated',
  RoomRatesUpdated: 'room-rates.updated',
  RatePlanBookingRulesUpdated: 'rate-plan-booking-rules.updated',
} as const satisfies Catalogue;

/** The field with the id in a deletion, by entity. Other events have it in `data.id`. */
export const idFields: Readonly<Record<string, string>> = {
  company: 'companyId',
  contact: 'contactId',
  'contact-note': 'noteId',
  opportunity: 'opportunityId',
  'crm-task': 'taskId',
  'crm-activity': 'activityId',
  'lead-note': 'noteId',
  booking: 'bookingId',
  'booking-session': 'sessionId',
  'booking-accommodation': 'accommodationId',
  'room-reservation': 'reservationId',
  'booking-note': 'noteId',
  'booking-document': 'documentId',
  'booking-beo': 'beoId',
  'space-blockout': 'spaceBlockoutId',
  'venue-guest': 'guestContactId',
};
