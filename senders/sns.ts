import { createSign, type KeyLike, randomBytes, randomUUID } from 'node:crypto';
import type { SignedRequest } from './sender.ts';

/** The fields of an SNS message. Of any type, for tests with wrong types. `undefined` removes a field. */
export type SnsFields = Readonly<Record<string, unknown>>;

/** 1 is RSA with SHA-1, 2 with SHA-256. */
export type SignatureVersion = '1' | '2';

/** An unsigned notification of a topic. */
export const snsNotification = (topicArn: string, message: string, now = new Date()): SnsFields => ({
  Type: 'Notification',
  MessageId: randomUUID(),
  TopicArn: topicArn,
  Message: message,
  Timestamp: now.toISOString(),
  SignatureVersion: undefined,
  Signature: undefined,
  SigningCertURL: certificateUrl(topicArn),
  UnsubscribeURL: `${endpoint(topicArn)}?Action=Unsubscribe&SubscriptionArn=${subscriptionArn(topicArn)}`,
});

/** An unsigned handshake that begins or ends a subscription to a topic. */
export const snsHandshake = (
  type: 'SubscriptionConfirmation' | 'UnsubscribeConfirmation',
  topicArn: string,
  now = new Date(),
): SnsFields => {
  const token = `2336412f37fb687f${randomBytes(64).toString('hex')}`;
  return {
    Type: type,
    MessageId: randomUUID(),
    Token: token,
    TopicArn: topicArn,
    Message:
      type === 'SubscriptionConfirmation'
        ? `You have chosen to subscribe to the topic ${topicArn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`
        : `You have chosen to deactivate subscription ${subscriptionArn(topicArn)}.\nTo cancel this operation and restore the subscription, visit the SubscribeURL included in this message.`,
    SubscribeURL: `${endpoint(topicArn)}?Action=ConfirmSubscription&TopicArn=${topicArn}&Token=${token}`,
    Timestamp: now.toISOString(),
    SignatureVersion: undefined,
    Signature: undefined,
    SigningCertURL: certificateUrl(topicArn),
  };
};

/**
 * The text that SNS signs: the name and the value of each signed field, each followed by a newline.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
 */
export const stringToSign = (fields: SnsFields): string =>
  (HANDSHAKES.has(fields.Type) ? HANDSHAKE_FIELDS : NOTIFICATION_FIELDS)
    .filter((name) => fields[name] !== undefined)
    .map((name) => `${name}\n${fields[name]}\n`)
    .join('');

export const signSns = (fields: SnsFields, key: KeyLike, version: SignatureVersion = '1'): SnsFields => ({
  ...fields,
  SignatureVersion: version,
  Signature: createSign(version === '1' ? 'RSA-SHA1' : 'RSA-SHA256')
    .update(stringToSign(fields))
    .sign(key, 'base64'),
});

/** The headers repeat some fields of the message. They are not signed. */
export const snsRequest = (fields: SnsFields): SignedRequest => ({
  id: String(fields.MessageId),
  path: '',
  headers: {
    'content-type': 'text/plain; charset=UTF-8',
    'user-agent': 'Amazon Simple Notification Service Agent',
    'x-amz-sns-message-type': String(fields.Type),
    'x-amz-sns-message-id': String(fields.MessageId),
    'x-amz-sns-topic-arn': String(fields.TopicArn),
    // An unconfirmed subscription has no ARN.
    ...(fields.Type !== 'SubscriptionConfirmation' && {
      'x-amz-sns-subscription-arn': subscriptionArn(String(fields.TopicArn)),
    }),
  },
  body: Buffer.from(JSON.stringify(fields, null, 2)),
});

const HANDSHAKES: ReadonlySet<unknown> = new Set(['SubscriptionConfirmation', 'UnsubscribeConfirmation']);
const NOTIFICATION_FIELDS = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'];
const HANDSHAKE_FIELDS = ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];

const endpoint = (topicArn: string): string => `https://sns.${topicArn.split(':')[3]}.amazonaws.com/`;

// From the documented notification.
const certificateUrl = (topicArn: string): string =>
  `${endpoint(topicArn)}SimpleNotificationService-60eadc530605d63b8e62a523676ef735.pem`;

const subscriptionArn = (topicArn: string): string => `${topicArn}:a97813c2-7724-4f18-97a5-afd41258bd44`;
