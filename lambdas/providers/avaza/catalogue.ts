import type { Catalogue } from '../shared/catalogue.ts';

/**
 * Every event of Avaza: those of its page, and those that only its API's description names.
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

/**
 * Where an item keeps its id, by entity. Only the time sheet's is documented for webhooks, and there its case differs from
 * that in the API; the others are those of the API.
 */
export const idFields: Readonly<Record<string, readonly string[]>> = {
  company: ['CompanyID'],
  contact: ['ContactID'],
  invoice: ['TransactionID', 'InvoiceID'],
  bill: ['TransactionID', 'BillID'],
  project: ['ProjectID'],
  task: ['TaskID'],
  timesheet: ['TimeSheetEntryID', 'TimesheetEntryID'],
};
