import type { Catalogue } from '../shared/catalogue.ts';

/**
 * The event types in Ivy's SDK, and the mandates of its older documentation. Ivy uses both `_` and `.`, sometimes for the
 * same event.
 *
 * @see https://github.com/getivy/node-sdk
 * @see https://docs.getivy.de/webhook-getting-started/introduction
 */
export const ivyCatalogue = {
  merchant_updated: 'merchant.updated',
  merchant_app_updated: 'merchant-app.updated',

  order_created: 'order.created',
  order_updated: 'order.updated',

  refund_succeeded: 'refund.succeeded',
  refund_failed: 'refund.failed',
  'refund.initiated': 'refund.initiated',
  'refund.succeeded': 'refund.succeeded',
  'refund.failed': 'refund.failed',

  payout_report_requested: 'payout-report.requested',
  data_session_completed: 'data-session.completed',

  checkout_session_created: 'checkout-session.created',
  checkout_session_updated: 'checkout-session.updated',
  checkout_session_expired: 'checkout-session.expired',
  checkout_session_completed: 'checkout-session.completed',
  'checkout_session.expired': 'checkout-session.expired',
  'checkout_session.completed': 'checkout-session.completed',

  payout_created: 'payout.created',
  payout_updated: 'payout.updated',
  'payout.initiated': 'payout.initiated',
  'payout.failed': 'payout.failed',
  'payout.paid': 'payout.paid',
  'user_payout.initiated': 'user-payout.initiated',
  'user_payout.failed': 'user-payout.failed',
  'user_payout.paid': 'user-payout.paid',

  'deposit.received': 'deposit.received',
  'return.initiated': 'return.initiated',
  'return.succeeded': 'return.succeeded',
  'return.failed': 'return.failed',
  'return.returned': 'return.returned',
  'fx.initiated': 'fx.initiated',
  'fx.succeeded': 'fx.succeeded',
  'fx.failed': 'fx.failed',

  mandate_setup_started: 'mandate.setup-started',
  mandate_setup_succeeded: 'mandate.setup-succeeded',
  mandate_setup_failed: 'mandate.setup-failed',
  mandate_revoked: 'mandate.revoked',
} as const satisfies Catalogue;
