import type { Catalogue } from '../shared/catalogue.ts';

/**
 * Every event in Avaza's documentation or in the description of its API.
 *
 * @see https://www.avaza.com/avaza-api-webhook-notifications/
 * @see https://api.avaza.com/swagger
 */
export const avazaCatalogue = {
  company_created: 'company.created',
  company_updated: 'company.updated',
  company_deleted: 'company.deleted',
  contact_created: 'contact.created',
  contact_updated: 'contact.updated',
  contact_deleted: 'contact.deleted',
  invoice_created: 'invoice.created',
  invoice_updated: 'invoice.updated',
  invoice_sent: 'invoice.sent',
  invoice_deleted: 'invoice.deleted',
  bill_created: 'bill.created',
  bill_updated: 'bill.updated',
  project_created: 'project.created',
  project_updated: 'project.updated',
  project_deleted: 'project.deleted',
  task_created: 'task.created',
  task_updated: 'task.updated',
  task_deleted: 'task.deleted',
  timesheet_created: 'timesheet.created',
  timesheet_updated: 'timesheet.updated',
  timesheet_deleted: 'timesheet.deleted',
} as const satisfies Catalogue;

/** The field with an item's id, by entity. Webhooks document only that of time sheets; the others are from the API. */
export const idFields: Readonly<Record<string, readonly string[]>> = {
  company: ['CompanyID'],
  contact: ['ContactID'],
  invoice: ['TransactionID', 'InvoiceID'],
  bill: ['TransactionID', 'BillID'],
  project: ['ProjectID'],
  task: ['TaskID'],
  timesheet: ['TimeSheetEntryID', 'TimesheetEntryID'],
};
