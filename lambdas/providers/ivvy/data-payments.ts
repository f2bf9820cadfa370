import { anything, flag, id, list, number, object, records, text, thing } from '../shapes/data-shape.ts';
import { address, companyName, person } from './data-contacts.ts';

const item = thing('InvoiceItem', {
  id,
  description: text,
  quantity: number,
  quantityUnit: id,
  serviceDate: anything,
  unitCost: number,
  unitCostExTax: number,
  totalCost: number,
  totalTaxCost: number,
  amountPaid: number,
  refType: id,
  refId: id,
  ref2Id: id,
  costCenters: list(object({ costcenterId: id, totalCost: number, totalTaxCost: number })),
  taxes: records,
  adjustments: records,
});

const payment = thing('Payment', {
  id,
  paymentId: id,
  receiptNum: id,
  amountPaid: number,
  feeAmount: number,
  feePercentage: number,
  notes: text,
  chequeNumber: id,
  paymentMethod: id,
  customPaymentMethodId: id,
  paidDate: text,
  cardType: id,
});

const refund = thing('Refund', {
  id,
  invoiceId: id,
  refundId: id,
  refundDate: text,
  amountRefunded: number,
  notes: text,
  refundMethodId: id,
  createdDate: text,
  modifiedDate: text,
});

/** `invoice/get-invoice.md` */
export const invoice = thing('Invoice', {
  id,
  reference: id,
  title: text,
  description: text,
  currency: text,
  totalCost: number,
  totalTaxCost: number,
  amountPaid: number,
  toContactEmail: text,
  toContactName: text,
  contact: person,
  company: companyName,
  /** 0 not paid, 1 unconfirmed paid, 2 paid, 3 written off, 4 cancelled, 5 refunded. */
  currentStatus: id,
  createdDate: text,
  modifiedDate: text,
  /** 0 custom, 1 event registration, 2 membership sign up, 3 membership renewal, 4 venue booking. */
  refType: id,
  refId: id,
  taxRateUsed: number,
  isTaxCharged: flag,
  paymentDueDate: text,
  eventId: id,
  venueId: id,
  toContactId: id,
  toAddress: address,
  bookingCode: text,
  bookingId: id,
  items: list(item),
  payments: list(payment),
  refunds: list(refund),
  venueExTaxes: records,
  additionalData: anything,
});
