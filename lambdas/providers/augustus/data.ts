import { anything, flag, id, list, object, text, thing } from '../shapes/data-shape.ts';
import type { Documentation } from '../shapes/documentation.ts';
import { augustusCatalogue } from './catalogue.ts';

/** A bank account or a wallet; `type` says which: `iban`, `sort_code`, `aba` or `crypto_wallet`. */
const address = object({
  type: text,
  account_holder_name: text,
  iban: text,
  bic: text,
  account_number: text,
  sort_code: text,
  routing_number: text,
  address: text,
  blockchain: text,
});

const failure = object({ code: text, message: text, retry: flag });

/** Amounts are decimal strings: `"100.50"`. */
const payout = thing('Payout', {
  id,
  type: text,
  status: text,
  amount: text,
  currency: text,
  reference: text,
  source_account_id: id,
  destination: address,
  failure,
  metadata: anything,
  created_at: text,
  updated_at: text,
});

const refund = thing('Return', {
  id,
  type: text,
  status: text,
  amount: text,
  currency: text,
  deposit_id: id,
  failure,
  created_at: text,
  updated_at: text,
});

const deposit = thing('Deposit', {
  id,
  type: text,
  status: text,
  amount: text,
  currency: text,
  bank_statement_reference: text,
  destination_account_id: id,
  rail: text,
  source: address,
  returns: list(id),
  tx_hash: text,
  created_at: text,
  updated_at: text,
});

const conversion = thing('Conversion', {
  id,
  type: text,
  status: text,
  quote_id: id,
  source_account_id: id,
  source_amount: text,
  source_currency: text,
  target_account_id: id,
  target_currency: text,
  failure,
  metadata: anything,
  created_at: text,
  completed_at: text,
  updated_at: text,
});

export const augustusDocumentation = {
  title: 'Augustus',
  page: 'https://docs.augustus.com/v1/webhooks',
  catalogue: augustusCatalogue,
  payload: '`data` is the `payload` of the delivery: the complete resource at the time of the event.',
  key: 'The `id` in the body, with the type. It stays the same over retries.',
  entityIds: () => ['id'],
  data: {
    'payout.created': payout,
    'payout.initiated': payout,
    'payout.paid': payout,
    'payout.failed': payout,
    'return.initiated': refund,
    'return.paid': refund,
    'return.failed': refund,
    'return.returned': refund,
    'deposit.received': deposit,
    'conversion.created': conversion,
    'conversion.completed': conversion,
    'conversion.failed': conversion,
  },
  remarks: [
    "The shapes are those of the vendor's [SDK](https://github.com/getivy/typescript-sdk).",
    'Payloads hold IBANs and the names of account holders: keep them out of your logs.',
    '`ping.test` is answered but not stored.',
  ],
} as const satisfies Documentation;
