import type { SourceProps } from '../../../lib/sources.ts';

// What docs/verification.md shows, word for word. Each is verified here by requests that others signed.

export const github = {
  provider: 'hmac',
  name: 'github',
  header: 'x-hub-signature-256',
  prefix: 'sha256=',
  eventName: ['header:x-github-event', 'body:action'],
  eventId: 'header:x-github-delivery',
  catalogue: { 'issues.opened': 'issue.created', push: 'push.received' },
} as const satisfies SourceProps;

export const stripe = {
  provider: 'hmac',
  name: 'stripe',
  signature: 'header:stripe-signature.v1',
  signedContent: '{stripe-signature.t}.{body}',
  timestamp: 'header:stripe-signature.t',
  timestampUnit: 'seconds',
  eventName: 'body:type',
  eventId: 'body:id',
  catalogue: { 'invoice.paid': 'invoice.paid' },
} as const satisfies SourceProps;

export const hubspot = {
  provider: 'hmac',
  name: 'hubspot',
  signature: 'header:x-hubspot-signature-v3',
  encoding: 'base64',
  signedContent: '{method}{url}{body}{x-hubspot-request-timestamp}',
  timestamp: 'header:x-hubspot-request-timestamp',
  timestampUnit: 'milliseconds',
  items: 'body',
  eventName: 'item:subscriptionType',
  eventId: 'item:eventId',
  entityId: 'item:objectId',
  catalogue: { 'contact.creation': 'contact.created' },
} as const satisfies SourceProps;

export const twilio = {
  provider: 'hmac',
  name: 'twilio',
  signature: 'header:x-twilio-signature',
  algorithm: 'sha1',
  encoding: 'base64',
  bodyForm: 'form',
  signedContent: '{url}{form:sorted}',
  eventName: ['text:message', 'body:MessageStatus'],
  entityId: 'body:MessageSid',
  catalogue: { 'message.delivered': 'message.delivered' },
} as const satisfies SourceProps;

export const docusign = {
  provider: 'hmac',
  name: 'docusign',
  signature: 'header:x-docusign-signature-*',
  encoding: 'base64',
  eventName: 'body:event',
  entityId: 'body:data.envelopeId',
  catalogue: { 'envelope-sent': 'envelope.sent' },
} as const satisfies SourceProps;

export const adyen = {
  provider: 'hmac',
  name: 'adyen',
  signature: 'item:NotificationRequestItem.additionalData.hmacSignature',
  encoding: 'base64',
  secretEncoding: 'hex',
  signedContent:
    '{item:NotificationRequestItem.pspReference}:{item:NotificationRequestItem.originalReference}:{item:NotificationRequestItem.merchantAccountCode}:{item:NotificationRequestItem.merchantReference}:{item:NotificationRequestItem.amount.value}:{item:NotificationRequestItem.amount.currency}:{item:NotificationRequestItem.eventCode}:{item:NotificationRequestItem.success}',
  unsignedBody: true,
  items: 'body:notificationItems',
  eventName: 'item:NotificationRequestItem.eventCode',
  entityId: 'item:NotificationRequestItem.pspReference',
  catalogue: { AUTHORISATION: 'payment.authorised', REPORT_AVAILABLE: 'report.available' },
} as const satisfies SourceProps;

export const mailgun = {
  provider: 'hmac',
  name: 'mailgun',
  signature: 'body:signature.signature',
  signedContent: '{body:signature.timestamp}{body:signature.token}',
  unsignedBody: true,
  timestamp: 'body:signature.timestamp',
  timestampUnit: 'seconds',
  eventName: 'body:event-data.event',
  eventId: 'body:event-data.id',
  data: 'body:event-data',
  catalogue: { delivered: 'message.delivered' },
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
  catalogue: { dropped: 'mail.dropped', delivered: 'mail.delivered' },
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
  catalogue: { 'TRANSACTIONS.HISTORICAL_UPDATE': 'transaction.updated' },
} as const satisfies SourceProps;

export const gitlab = {
  provider: 'token',
  name: 'gitlab',
  token: 'header:x-gitlab-token',
  eventName: 'header:x-gitlab-event',
  eventId: 'header:idempotency-key',
  entityId: 'body:project.id',
  catalogue: { 'Push Hook': 'push.received' },
} as const satisfies SourceProps;
