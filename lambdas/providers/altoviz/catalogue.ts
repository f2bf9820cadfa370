import type { Catalogue } from '../shared/catalogue.ts';

/** Every webhook type of Altoviz. @see https://developer.altoviz.com/docs/webhooks */
export const altovizCatalogue = {
  ContactCreated: 'contact.created',
  ContactUpdated: 'contact.updated',
  ContactDeleted: 'contact.deleted',
  CustomerCreated: 'customer.created',
  CustomerUpdated: 'customer.updated',
  CustomerDeleted: 'customer.deleted',
  InvoiceCreated: 'invoice.created',
  InvoiceUpdated: 'invoice.updated',
  InvoiceDeleted: 'invoice.deleted',
  QuoteCreated: 'quote.created',
  QuoteUpdated: 'quote.updated',
  QuoteDeleted: 'quote.deleted',
  ProductCreated: 'product.created',
  ProductUpdated: 'product.updated',
  ProductDeleted: 'product.deleted',
} as const satisfies Catalogue;
