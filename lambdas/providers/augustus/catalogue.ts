import type { Catalogue } from '../shared/catalogue.ts';

/** The event types of Augustus. @see https://docs.augustus.com/v1/webhooks */
export const augustusCatalogue = {
  'payout.created': 'payout.created',
  'payout.initiated': 'payout.initiated',
  'payout.paid': 'payout.paid',
  'payout.failed': 'payout.failed',

  'return.initiated': 'return.initiated',
  'return.paid': 'return.paid',
  'return.failed': 'return.failed',
  'return.returned': 'return.returned',

  'deposit.received': 'deposit.received',

  'conversion.created': 'conversion.created',
  'conversion.completed': 'conversion.completed',
  'conversion.failed': 'conversion.failed',
} as const satisfies Catalogue;
