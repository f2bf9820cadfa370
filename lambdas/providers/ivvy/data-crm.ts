import { id, number, text, thing } from '../shapes/data-shape.ts';
import { companyName, externalUrls, person } from './data-contacts.ts';

/** `crm/get-opportunity-list.md` */
export const opportunity = thing('Opportunity', {
  id,
  venueId: id,
  name: text,
  description: text,
  ownerUser: person,
  contact: person,
  company: companyName,
  currentBookingId: id,
  qualityId: id,
  quality: text,
  stageId: id,
  stageName: text,
  stageReasonId: id,
  stageReasonName: text,
  adminStatusChangedDate: text,
  typeId: id,
  type: text,
  subtypeId: id,
  sourceId: id,
  sourceName: text,
  channelId: id,
  channelName: text,
  leadBccEmail: text,
  closedDate: text,
  lostToCompetition: text,
  createdDate: text,
  modifiedDate: text,
  externalUrls,
});

const work = {
  id,
  venueId: id,
  leadId: id,
  name: text,
  description: text,
  contactId: id,
  companyId: id,
  companyContactId: id,
  assignedUserId: id,
  assignedUserFullName: text,
  assignedUserEmail: text,
  endDatetime: text,
  createdDate: text,
  modifiedDate: text,
};

/** `crm/get-task-list.md` */
export const task = thing('Task', {
  ...work,
  bookingId: id,
  /** 0 not started, 1 in progress, 2 on hold, 3 cancelled, 4 completed. */
  status: id,
  priority: id,
  progress: number,
});

/** `crm/get-activity-list.md` */
export const activity = thing('Activity', {
  ...work,
  /** 1 meeting, 2 call, 3 email. */
  subType: id,
  purposeName: text,
  purposeType: id,
  location: text,
  startDatetime: text,
});

/** `crm/get-lead-note-list.md` */
export const leadNote = thing('LeadNote', {
  id,
  leadId: id,
  note: text,
  createdByUserId: id,
  createdDate: text,
  modifiedDate: text,
});
