import { anything, flag, id, list, number, object, records, text, thing } from '../shapes/data-shape.ts';

/** @see https://github.com/ivvycode/apidocs `development-reference/address-format.md` */
export const address = object({
  line1: text,
  line2: text,
  line3: text,
  line4: text,
  city: text,
  stateCode: text,
  stateName: text,
  countryCode: text,
  countryName: text,
  postalCode: text,
});

/** A reference to a person. */
export const person = object({ id, firstName: text, lastName: text, email: text, phone: id });

/** A reference to a company. */
export const companyName = object({ id, businessName: text, businessNumber: text, phone: id, email: text });

/** Links to other systems. */
export const externalUrls = list(object({ ref: text, url: text, label: text }));

const customFields = list(
  object({
    fieldId: id,
    displayName: text,
    /** A string, a list of them, or null. */
    value: anything,
  }),
);

/** `contact/get-company.md`, whose sample and table have different names, such as `commissionFood` and `…FoodValue`. */
export const company = thing('Company', {
  id,
  externalId: id,
  businessName: text,
  tradingName: text,
  businessNumber: text,
  phone: id,
  otherPhone: id,
  fax: id,
  website: text,
  email: text,
  address,
  modifiedDate: text,
  primaryAccountManager: person,
  secondaryAccountManager: person,
  industry: object({ id, name: text }),
  primaryContact: person,
  isAgent: flag,
  parentCompanyId: id,
  leftValue: number,
  rightValue: number,
  depth: number,
  rootId: id,
  commissionSpace: number,
  commissionSpaceType: id,
  commissionFood: number,
  commissionFoodValue: number,
  commissionFoodType: id,
  commissionBeverage: number,
  commissionBeverageValue: number,
  commissionBeverageType: id,
  commissionAudioVisual: number,
  commissionAudioVisualValue: number,
  commissionAudioVisualType: id,
  commissionAccommodation: number,
  commissionAccommodationValue: number,
  commissionAccommodationType: id,
  iataNumber: id,
  customFields,
  externalUrls,
});

/** `contact/get-contact.md` */
export const contact = thing('Contact', {
  id,
  firstName: text,
  lastName: text,
  email: text,
  phone: id,
  /** 1 subscribed, 2 unsubscribed, 3 bounced, 4 registering, 5 no marketing. */
  status: id,
  /** 1 subscribed, 2 unsubscribed, 3 failed, 4 no marketing. */
  smsStatus: id,
  customFields,
  groups: list(object({ contactId: id, groupId: id, joinDate: text })),
  companies: list(id),
  companiesData: list(companyName),
  externalId: id,
  modifiedDate: text,
  isAnonymised: flag,
  eventInvitations: records,
  eventRegistrations: records,
  externalUrls,
  privacyConsentData: anything,
});

/** `contact/get-contact-note-list.md` */
export const contactNote = thing('ContactNote', {
  id,
  contactId: id,
  noteText: text,
  createdByUserId: id,
  createdDate: text,
  modifiedDate: text,
});
