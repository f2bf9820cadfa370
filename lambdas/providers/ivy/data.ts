import { anything, id, list, number, object, text, thing } from '../shapes/data-shape.ts';
import type { Documentation } from '../shapes/documentation.ts';
import { ivyCatalogue } from './catalogue.ts';

/** @see https://docs.getivy.de/api-reference/webhook-event/order-updated */
const order = thing('Order', {
  id,
  merchantId: id,
  appId: id,
  /** Deprecated in favour of `appId`. */
  merchantAppId: id,
  shopName: text,
  referenceId: id,
  displayId: id,
  status: text,
  category: text,
  price: object({
    total: number,
    subTotal: number,
    shipping: number,
    totalNet: number,
    vat: number,
    currency: text,
  }),
  lineItems: list(
    thing('LineItem', {
      name: text,
      referenceId: id,
      singleNet: number,
      singleVat: number,
      amount: number,
      quantity: number,
      image: text,
      category: text,
      EAN: text,
      co2Grams: number,
    }),
  ),
  /** `type` names the field with a value. */
  payerFinancialAddress: object({
    type: text,
    iban: anything,
    sortCode: anything,
    bankCode: anything,
    bban: anything,
  }),
  guest: anything,
  metadata: anything,
});

export const ivyDocumentation = {
  title: 'Ivy',
  page: 'https://docs.getivy.de/webhook-getting-started/introduction',
  catalogue: ivyCatalogue,
  payload: '`data` is the `payload` of the delivery.',
  key: 'The `id` in the body, with the type.',
  entityIds: () => ['id'],
  data: { 'order.created': order, 'order.updated': order },
  remarks: [
    'Ivy writes some types with `_`, some with `.` and some with both; Gatepost treats them alike.',
    'Payloads hold IBANs and the names of account holders: keep them out of your logs.',
    '`test` is answered but not stored.',
  ],
} as const satisfies Documentation;
