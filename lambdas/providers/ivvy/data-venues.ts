import { anything, flag, id, list, number, object, text, thing } from '../shapes/data-shape.ts';
import { address, person } from './data-contacts.ts';

/** `venues/getoraddbookingdata/get-booking-session-list.md` */
export const session = thing('BookingSession', {
  id,
  bookingId: id,
  name: text,
  startDate: text,
  endDate: text,
  startTime: text,
  endTime: text,
  spaceVenueId: id,
  spaceId: id,
  spaceLayout: id,
  customLayoutName: text,
  tariffId: id,
  cost: number,
  costAfterAdjustment: number,
  costDiscount: number,
  costSurcharge: number,
  amount: number,
  totalDiscount: number,
  totalSurcharge: number,
  totalTaxAmount: number,
  excludedTaxIds: list(id),
  /** An array when it is empty, else an object. */
  sfExcludedTaxIds: anything,
  setupTime: id,
  setdownTime: id,
  canBeMoved: flag,
  minAttendeesGuaranteed: number,
  agreedAttendees: number,
  expectedAttendees: number,
  guaranteedAttendees: number,
  setAttendees: number,
  actualAttendees: number,
  signage: text,
  isSignageVisible: flag,
  createdDate: text,
  modifiedDate: text,
  roomHireType: id,
  includeInPackage: flag,
  bookingPackageId: id,
  costcenterId: id,
  overridePax: flag,
  sessionTypeId: id,
  beoNumbers: anything,
  booking: object({ name: text, code: text, contact: person }),
  projectedSpend: list(object({ priceMethod: id, costcenterId: id, total: number, amount: number })),
});

const dayRates = list(
  object({
    bookingDate: text,
    numRooms: number,
    cost: number,
    discount: number,
    numPayableByGuest: number,
    numFreeRooms: number,
    occType: id,
  }),
);

/** `venues/accommodation/get-booking-accommodation-list.md` */
export const accommodation = thing('BookingAccommodation', {
  id,
  venueId: id,
  bookingId: id,
  roomVenueId: id,
  barId: id,
  roomId: id,
  startDate: text,
  endDate: text,
  overrideCapacity: flag,
  costcenterId: id,
  includeInPackage: flag,
  cutOffDate: text,
  dayRates,
  dayRatesActual: dayRates,
  dayRatesForecast: dayRates,
  dayRatesNet: dayRates,
  dayRatesMultiOcc: dayRates,
  dayRatesActualMultiOcc: dayRates,
  dayRatesForecastMultiOcc: dayRates,
  dayRatesNetMultiOcc: dayRates,
  excludedTaxIds: list(id),
  roomOptions: list(
    object({
      bookingDate: text,
      roomOptionId: id,
      numRooms: number,
      priceType: id,
      numOptions: number,
      numOptionsPerRoom: number,
      price: number,
      discount: number,
      totalAmount: number,
      totalDiscount: number,
      totalTaxAmount: number,
    }),
  ),
  createdDate: text,
  modifiedDate: text,
});

const guest = object({
  id,
  guestContact: object({
    id,
    firstName: text,
    lastName: text,
    email: text,
    phone: id,
    createdDate: text,
    modifiedDate: text,
  }),
  primaryPhone: id,
  address,
  isAnonymised: flag,
  createdDate: text,
  modifiedDate: text,
});

const reservedRoom = thing('ReservedRoom', {
  id,
  guestId: id,
  guest,
  barId: id,
  roomId: id,
  groupId: id,
  /** As the reservation's. */
  currentStatus: id,
  numRooms: number,
  arrivalDate: text,
  departureDate: text,
  totalAmount: number,
  excludedTaxIds: list(id),
  numAdultGuests: number,
  numChildGuests: number,
  createdDate: text,
  modifiedDate: text,
  isCancelled: flag,
  cancelledDate: text,
  dayRates: list(
    object({ dayDate: text, barId: id, cost: number, totalAmount: number, totalTaxAmount: number }),
  ),
  additionalGuests: list(
    object({ guestId: id, guest, arrivalDate: text, departureDate: text, guestType: id }),
  ),
  overrideBlockCapacity: flag,
  occType: id,
});

/** `venues/accommodation/get-booking-room-reservation-list.md` */
export const roomReservation = thing('RoomReservation', {
  id,
  venueId: id,
  bookingId: id,
  canBeEdited: flag,
  reference: id,
  mainGuestId: id,
  mainGuest: guest,
  /** 1 not confirmed, 2 confirmed, 3 cancelled, 4 checked in, 5 checked out. */
  currentStatus: id,
  cancelledDate: text,
  isFromGroup: flag,
  totalAmount: number,
  createdDate: text,
  modifiedDate: text,
  rooms: list(reservedRoom),
});

/** `venues/getoraddbookingdata/get-booking-note-list.md` */
export const bookingNote = thing('BookingNote', {
  id,
  venueId: id,
  bookingId: id,
  isPrivate: flag,
  description: text,
  typeId: id,
  createdBy: id,
  createdDate: text,
  modifiedDate: text,
});

const file = object({ url: text, urlExpiry: text, filename: text });

/** `venues/getoraddbookingdata/get-booking-document-list.md` */
export const bookingDocument = thing('BookingDocument', {
  id,
  venueId: id,
  bookingId: id,
  type: id,
  documentNumber: id,
  version: id,
  file,
  templateName: text,
  status: id,
  createdDate: text,
  modifiedDate: text,
});

/** A banquet event order. `venues/getoraddbookingdata/get-booking-beo-list.md` */
export const bookingBeo = thing('BookingBeo', {
  id,
  venueId: id,
  bookingId: id,
  beoType: id,
  beoNumber: id,
  version: id,
  versionNote: text,
  file,
  templateName: text,
  status: id,
  createdBy: id,
  createdDate: text,
});

/** `venues/venuedata/get-space-blockout-list.md` */
export const spaceBlockout = thing('SpaceBlockout', {
  id,
  venueId: id,
  spaceId: id,
  name: text,
  startDate: text,
  startTime: text,
  endDate: text,
  endTime: text,
  bookedById: id,
});

/** What changed, room by room and day by day. `notifications/ari-endpoint.md` */
export const roomInventory = object({
  date: text,
  roomId: id,
  inventoryCount: number,
  availableCount: number,
});

/** `notifications/ari-endpoint.md` */
export const roomRate = object({
  barId: id,
  roomId: id,
  date: text,
  cost: number,
  costDouble: number,
  costTriple: number,
  costQuad: number,
});

/** `notifications/ari-endpoint.md` */
export const bookingRule = object({ barId: id, roomId: id, date: text, closeOutStatus: id });
