import { anything, flag, id, list, number, object, text, thing } from '../shapes/data-shape.ts';
import type { Documentation } from '../shapes/documentation.ts';
import { altovizCatalogue } from './catalogue.ts';

const discount = object({ type: text, value: number });

const person = {
  title: text,
  firstName: text,
  lastName: text,
  companyName: text,
  email: text,
  phone: text,
  cellPhone: text,
};

const contactFields = {
  ...person,
  displayName: text,
  invertedDisplayName: text,
  function: text,
  service: text,
};

const contact = thing('Contact', { id, internalId: id, ...contactFields });

const address = object({
  street: text,
  zipcode: text,
  city: text,
  countryIso: text,
  countryName: text,
  formattedAddress: text,
  inlineAddress: text,
});

const customer = thing('Customer', {
  id,
  internalId: id,
  number: text,
  /** The API says `Business`, `Consumer` or `Government`; the sample of the docs has `Company`. */
  type: text,
  active: flag,
  name: text,
  ...person,
  billingAddress: address,
  shippingAddress: address,
  companyInformations: object({
    siret: text,
    vatNumber: text,
    electronicAddress: text,
    effectiveElectronicAddress: text,
  }),
  billingOptions: object({
    discount,
    vatReverseCharge: flag,
    vendorReference: text,
    buyerReference: text,
    useTaxIncludedPrices: flag,
    settlementTermId: id,
    bankAccountId: id,
    colleagueId: id,
  }),
  family: object({ id, internalId: id, number: text, label: text }),
  internalNotes: text,
});

const vat = object({ id, rate: number, region: text, label: text, default: flag });

const unit = object({ id, code: text, name: text, type: text, conversion: number, decimals: number });

const product = thing('Product', {
  id,
  internalId: id,
  name: text,
  number: text,
  description: text,
  type: text,
  unitPrice: number,
  isUnitPriceTaxIncluded: flag,
  purchasePrice: number,
  defaultQuantity: number,
  vat,
  unit,
  family: object({ id, number: text, label: text }),
  active: flag,
  imageUrl: text,
  internalNotes: text,
});

const line = thing('Line', {
  id,
  type: text,
  date: text,
  description: text,
  productId: id,
  productInternalId: id,
  productNumber: text,
  classificationId: id,
  quantity: number,
  unit,
  vat,
  discount,
  purchasePrice: number,
  taxExcludedPrice: number,
  taxIncludedPrice: number,
  taxExcludedAmount: number,
  taxIncludedAmount: number,
  marginAmount: number,
  marginRate: number,
});

const saleDocument = {
  id,
  internalId: id,
  number: text,
  date: text,
  subject: text,
  customerId: id,
  customerNumber: text,
  customerName: text,
  customerType: text,
  customerVatNumber: text,
  customerSiret: text,
  customerElectronicAddress: text,
  customerOrderReference: text,
  billingContact: object(contactFields),
  billingAddress: address,
  shippingContact: object(contactFields),
  shippingAddress: address,
  lines: list(line),
  grossTaxExcludedAmount: number,
  globalDiscount: discount,
  taxExcludedAmount: number,
  taxAmount: number,
  taxIncludedAmount: number,
  shippingAmount: number,
  shippingVat: vat,
  balance: number,
  vats: list(object({ vat, vatAmount: number, taxExcludedAmount: number })),
  vatNote: text,
  vatReverseCharge: flag,
  liableToVat: flag,
  useTaxIncludedPrices: flag,
  region: text,
  vendorReference: text,
  headerNotes: text,
  footerNotes: text,
  internalNotes: text,
  metadata: anything,
  pdfUrl: text,
  publicLink: text,
  sentAt: text,
};

const invoice = thing('Invoice', {
  ...saleDocument,
  isDraft: flag,
  isPaid: flag,
  isProforma: flag,
  isCancelled: flag,
  replacedBy: id,
  cancellationCreditId: id,
  cancellationCreditNumber: text,
  overdue: number,
  commitments: list(object({ id, date: text, amount: number, dueAmount: number, thirdId: id })),
  vatMode: text,
});

const quote = thing('Quote', {
  ...saleDocument,
  status: text,
  acceptedAt: text,
  refusedAt: text,
  validityDate: text,
  deposit: discount,
});

export const altovizDocumentation = {
  title: 'Altoviz',
  page: 'https://developer.altoviz.com/docs/webhooks',
  catalogue: altovizCatalogue,
  payload: '`data` is the `data` of the delivery.',
  key: 'The `id` in the body, with the type and a hash of the body: Altoviz’ docs and captured events disagree about `id`.',
  entityIds: () => ['id'],
  data: {
    'contact.created': contact,
    'contact.updated': contact,
    'customer.created': customer,
    'customer.updated': customer,
    'invoice.created': invoice,
    'invoice.updated': invoice,
    'quote.created': quote,
    'quote.updated': quote,
    'product.created': product,
    'product.updated': product,
  },
  remarks: [
    "The shapes are those of the vendor's [OpenAPI](https://github.com/altoviz/n8n); what is delivered is often less.",
    'The payloads of deletions are not documented.',
  ],
} as const satisfies Documentation;
