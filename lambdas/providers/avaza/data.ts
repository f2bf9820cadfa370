import { flag, id, number, text, thing } from '../shapes/data-shape.ts';
import type { Documentation } from '../shapes/documentation.ts';
import { avazaCatalogue, idFields } from './catalogue.ts';

/** The names differ from the API's in case. @see https://www.avaza.com/avaza-api-webhook-notifications/ */
const timesheet = thing('Timesheet', {
  TimeSheetEntryID: id,
  Duration: number,
  EntryDate: text,
  UserIDFK: id,
  ProjectIDFK: id,
  TimeSheetCategoryIDFK: id,
  Notes: text,
  TimeSheetEntryApprovalStatusCode: text,
  isBillable: flag,
  isInvoiced: flag,
  DateCreated: text,
  DateUpdated: text,
});

export const avazaDocumentation = {
  title: 'Avaza',
  page: 'https://www.avaza.com/avaza-api-webhook-notifications/',
  catalogue: avazaCatalogue,
  payload: "`data` is an item of the delivery's array. Each item is an event.",
  key: "The event's name, the entity's id and `DateUpdated`; where one of the two is missing, the name and a hash of the item.",
  entityIds: (entity) => idFields[entity] ?? [],
  data: { 'timesheet.created': timesheet },
  remarks: [
    'An event’s name is in the URL only: `POST /hooks/<source>/company_created`.',
    'Avaza documents the payload of `timesheet_created` and no other.',
  ],
} as const satisfies Documentation;
