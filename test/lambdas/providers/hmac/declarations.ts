import type { SourceProps } from '../../../../lib/sources.ts';

// What docs/providers.md shows, word for word. What is not a provider of its own is verified here against signatures that
// others make.

export const ivvy = {
  provider: 'ivvy',
  accountIds: ['14'],
} as const satisfies SourceProps;

export const ivy = {
  provider: 'ivy',
} as const satisfies SourceProps;

export const augustus = {
  provider: 'augustus',
} as const satisfies SourceProps;

export const altoviz = {
  provider: 'altoviz',
  sourceIps: ['20.23.10.180', '20.23.10.181'],
} as const satisfies SourceProps;

export const avaza = {
  provider: 'avaza',
} as const satisfies SourceProps;

export const acme = {
  provider: 'standard-webhooks',
  name: 'acme',
  entityIdField: 'data.id',
  catalogue: {
    'user.created': 'user.created',
    'user.deleted': 'user.deleted',
  },
} as const satisfies SourceProps;

export const github = {
  provider: 'hmac',
  name: 'github',
  header: 'x-hub-signature-256',
  prefix: 'sha256=',
  eventName: ['header:x-github-event', 'body:action'],
  eventId: 'header:x-github-delivery',
  entityId: ['body:issue.id', 'body:pull_request.id'],
  testEvents: ['ping'],
  catalogue: {
    'issues.opened': 'issue.created',
    'issues.edited': 'issue.updated',
    'issues.deleted': 'issue.deleted',
    'issues.closed': 'issue.closed',
    'pull_request.opened': 'pull-request.created',
    'pull_request.edited': 'pull-request.updated',
    'pull_request.closed': 'pull-request.closed',
  },
} as const satisfies SourceProps;

export const stripe = {
  provider: 'hmac',
  name: 'stripe',
  header: 'stripe-signature',
  signatureKey: 'v1',
  signedContent: '{stripe-signature.t}.{body}',
  timestamp: 'header:stripe-signature.t',
  timestampUnit: 'seconds',
  eventName: 'body:type',
  eventId: 'body:id',
  entityId: 'body:data.object.id',
  time: 'body:created',
  data: 'body:data',
  catalogue: {
    'customer.created': 'customer.created',
    'customer.updated': 'customer.updated',
    'customer.deleted': 'customer.deleted',
    'invoice.paid': 'invoice.paid',
    'invoice.payment_failed': 'invoice.payment-failed',
    'payment_intent.succeeded': 'payment-intent.succeeded',
  },
} as const satisfies SourceProps;

export const shopify = {
  provider: 'hmac',
  name: 'shopify',
  header: 'x-shopify-hmac-sha256',
  encoding: 'base64',
  eventName: 'header:x-shopify-topic',
  eventId: 'header:x-shopify-webhook-id',
  entityId: 'body:id',
  time: 'header:x-shopify-triggered-at',
  catalogue: {
    'orders/create': 'order.created',
    'orders/updated': 'order.updated',
    'orders/delete': 'order.deleted',
    'orders/paid': 'order.paid',
    'customers/create': 'customer.created',
    'customers/update': 'customer.updated',
    'customers/delete': 'customer.deleted',
  },
} as const satisfies SourceProps;

export const slack = {
  provider: 'hmac',
  name: 'slack',
  header: 'x-slack-signature',
  prefix: 'v0=',
  signedContent: 'v0:{x-slack-request-timestamp}:{body}',
  timestamp: 'header:x-slack-request-timestamp',
  timestampUnit: 'seconds',
  eventName: 'body:event.type',
  eventId: 'body:event_id',
  entityId: ['body:event.channel.id', 'body:event.user.id', 'body:event.channel', 'body:event.user'],
  time: 'body:event_time',
  data: 'body:event',
  handshake: { at: 'body:type', is: 'url_verification', answer: { challenge: 'body:challenge' } },
  catalogue: {
    message: 'message.sent',
    app_mention: 'mention.received',
    channel_created: 'channel.created',
    channel_rename: 'channel.updated',
    channel_deleted: 'channel.deleted',
    team_join: 'user.created',
    user_change: 'user.updated',
  },
} as const satisfies SourceProps;

export const sendgrid = {
  provider: 'public-key',
  name: 'sendgrid',
  signature: 'header:x-twilio-email-event-webhook-signature',
  algorithm: 'ecdsa-sha256',
  publicKeys: [
    'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g==',
  ],
  signedContent: '{x-twilio-email-event-webhook-timestamp}{body}',
  timestamp: 'header:x-twilio-email-event-webhook-timestamp',
  items: 'body',
  eventName: 'item:event',
  eventId: 'item:sg_event_id',
  entityId: 'item:sg_message_id',
  time: 'item:timestamp',
  catalogue: {
    delivered: 'mail.delivered',
    bounce: 'mail.bounced',
    dropped: 'mail.dropped',
  },
} as const satisfies SourceProps;

export const plaid = {
  provider: 'jwt',
  name: 'plaid',
  token: 'header:plaid-verification',
  algorithms: ['ES256'],
  publicKeys: [
    '{"kty":"EC","crv":"P-256","kid":"6c5516e1-92dc-479e-a8ff-5a51992e0001","x":"35lvC8uz2QrWpQJ3TUH8t9o9DURMp7ydU518RKDl20k","y":"I8BuXB2bvxelzJAd7OKhd-ZwjCst05Fx47Mb_0ugros"}',
  ],
  bodyHashClaim: 'request_body_sha256',
  maxAge: 300,
  eventName: ['body:webhook_type', 'body:webhook_code'],
  entityId: 'body:item_id',
  catalogue: {
    'TRANSACTIONS.HISTORICAL_UPDATE': 'transaction.updated',
    'ITEM.ERROR': 'item.failed',
  },
} as const satisfies SourceProps;

export const gitlab = {
  provider: 'token',
  name: 'gitlab',
  token: 'header:x-gitlab-token',
  eventName: 'header:x-gitlab-event',
  eventId: 'header:idempotency-key',
  entityId: 'body:project.id',
  catalogue: {
    'Push Hook': 'push.received',
    'Issue Hook': 'issue.changed',
  },
} as const satisfies SourceProps;

export const orders = {
  provider: 'sns',
  name: 'shop',
  topicArns: ['arn:aws:sns:eu-west-1:111122223333:orders'],
  eventName: 'body:type',
  entityId: 'body:order.id',
  catalogue: {
    'order.placed': 'order.created',
    'order.shipped': 'order.shipped',
  },
} as const satisfies SourceProps;
