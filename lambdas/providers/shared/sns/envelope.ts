import { ownField, parseObject, stringField } from '../../../core/body-shape.ts';
import { type JsonObject, parseStrings } from '../../../core/json.ts';
import { Rejection } from '../../../core/rejection.ts';
import type { WebhookRequest } from '../../../core/request.ts';
import { UUID } from '../../../core/uuid.ts';

/** An SNS message with a valid format but an unverified signature. Has only signed fields and those for verification. */
export interface SnsEnvelope {
  readonly Type: 'Notification' | 'SubscriptionConfirmation' | 'UnsubscribeConfirmation';
  readonly MessageId: string;
  readonly TopicArn: string;
  readonly Subject?: string;
  readonly Message: string;
  readonly Timestamp: string;
  readonly Token?: string;
  readonly SubscribeURL?: string;
  readonly SignatureVersion: '1' | '2';
  readonly Signature: string;
  readonly SigningCertURL: string;
}

/**
 * The signed fields of a message, as text to store. What else a sender of the captured message adds is not signed, and is
 * not stored. https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
 */
export const signedFields = ({
  Type,
  MessageId,
  TopicArn,
  Subject,
  Message,
  Timestamp,
}: SnsEnvelope): string => JSON.stringify({ Type, MessageId, TopicArn, Subject, Message, Timestamp });

/** Who takes messages of SNS. */
export interface SnsAddressee {
  /**
   * Checks that a topic is one of theirs.
   *
   * @returns its region.
   * @throws {Rejection} 403.
   */
  checkTopic(arn: string, parts: TopicParts): string;
  /** The maximum age of a message, in seconds. */
  readonly maxAge: number;
}

/** The parts of a topic's ARN. */
export interface TopicParts {
  readonly region: string;
  readonly owner: string;
  readonly name: string;
}

/**
 * Checks an SNS message's format before its signature is verified.
 *
 * SNS signs names and values joined with newlines. A message signed for another account's topic could be split into fields
 * differently and still verify. To prevent that, only `Message` may contain newlines, and `Type` and `TopicArn` must match
 * completely. sns-validator alone doesn't check this.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
 * @throws {Rejection} 400 for a wrong shape, 401 for an invalid signature field, 403 for a message for someone else.
 */
export const checkSnsEnvelope = (
  text: string,
  request: WebhookRequest,
  { checkTopic, maxAge }: SnsAddressee,
): SnsEnvelope => {
  if (request.headers['x-amz-sns-rawdelivery'] !== undefined) {
    throw new Rejection('raw-delivery', 'SNS raw message delivery is on: it carries no signature');
  }
  const message = parseObject(text, 'the body', parseStrings);
  const field = (name: string) => singleLine(stringField(message, name), name);

  const Type = checkType(field('Type'), request.headers['x-amz-sns-message-type']);
  const MessageId = checkMessageId(field('MessageId'));
  const Timestamp = checkTimestampForm(field('Timestamp'));
  const TopicArn = field('TopicArn');
  const Message = wellFormed(stringField(message, 'Message'), 'Message');
  const Subject = ownField(message, 'Subject') === undefined ? undefined : subjectOf(message);
  const SignatureVersion = field('SignatureVersion');
  const Signature = checkSignatureForm(message);
  const SigningCertURL = field('SigningCertURL');
  const handshake =
    Type === 'Notification' ? {} : { Token: field('Token'), SubscribeURL: field('SubscribeURL') };
  if (SignatureVersion !== '1' && SignatureVersion !== '2') {
    throw new Rejection('signature-malformed', 'SignatureVersion is neither 1 nor 2');
  }

  const region = checkTopic(TopicArn, partsOfTopic(TopicArn));
  checkCertificateUrl(SigningCertURL, region);
  checkAge(Timestamp, request.receivedAt, maxAge);
  return {
    Type,
    MessageId,
    TopicArn,
    ...(Subject !== undefined && { Subject }),
    Message,
    Timestamp,
    ...handshake,
    SignatureVersion,
    Signature,
    SigningCertURL,
  };
};

const singleLine = (value: string, name: string): string => {
  if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(value)) {
    throw new Rejection('body-shape', `${name} holds a control character`);
  }
  return wellFormed(value, name);
};

/** SNS signs UTF-8, which can't encode half a surrogate pair. */
const wellFormed = (value: string, name: string): string => {
  if (!value.isWellFormed()) throw new Rejection('body-shape', `${name} holds half a surrogate pair`);
  return value;
};

/**
 * The SDKs write an absent Subject as null; neither is signed. SNS allows no line break in it.
 *
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
const subjectOf = (message: JsonObject): string | undefined =>
  ownField(message, 'Subject') === null ? undefined : singleLine(stringField(message, 'Subject'), 'Subject');

const TYPES = ['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation'] as const;

const checkType = (type: string, header: string | undefined): SnsEnvelope['Type'] => {
  const known = TYPES.find((one) => one === type);
  if (known === undefined) throw new Rejection('body-shape', 'Type is not one of the three types of SNS');
  if (header !== undefined && header !== known) {
    throw new Rejection('body-shape', 'Type differs from the x-amz-sns-message-type header');
  }
  return known;
};

const checkMessageId = (id: string): string => {
  if (!UUID.test(id)) {
    throw new Rejection('body-shape', 'MessageId is not a UUID');
  }
  return id;
};

const checkTimestampForm = (timestamp: string): string => {
  // One mutant survives, the pattern without its `$`: `Date.parse` returns NaN for text after the Z.
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(timestamp) || Number.isNaN(Date.parse(timestamp))) {
    throw new Rejection('body-shape', 'Timestamp is not of the form 2024-03-11T00:00:45.569Z');
  }
  return timestamp;
};

const checkSignatureForm = (message: JsonObject): string => {
  const signature = ownField(message, 'Signature');
  if (signature === undefined || signature === '') throw new Rejection('signature-missing');
  if (typeof signature !== 'string') throw new Rejection('body-shape', 'Signature is not a string');
  if (!/^[A-Za-z0-9+/]{4,1024}={0,2}$/.test(signature) || signature.length % 4 !== 0) {
    throw new Rejection('signature-malformed', 'Signature is not base64');
  }
  return signature;
};

const partsOfTopic = (arn: string): TopicParts => {
  const match = TOPIC_ARN.exec(arn);
  if (match === null) throw new Rejection('topic-not-allowed', 'TopicArn is not the ARN of a topic');
  const [, region, owner, name] = match as unknown as [string, string, string, string];
  return { region, owner, name };
};

/** The ARN of a topic. */
export const TOPIC_ARN = /^arn:aws:sns:([a-z0-9-]+):(\d{12}):([A-Za-z0-9_-]{1,256})$/;

/** Requires SNS's exact format. A pattern for the host alone would allow S3 buckets called `sns`. */
const checkCertificateUrl = (url: string, region: string): void => {
  const prefix = `https://sns.${region}.amazonaws.com/SimpleNotificationService-`;
  if (!url.startsWith(prefix) || !/^[0-9a-f]{32}\.pem$/.test(url.slice(prefix.length))) {
    throw new Rejection(
      'certificate-url-not-allowed',
      "SigningCertURL is not a certificate of SNS in the topic's region",
    );
  }
};

/** The allowed clock skew, in seconds. */
const MAX_AHEAD = 5 * 60;

const checkAge = (timestamp: string, receivedAt: Date, maxAge: number): void => {
  const age = (receivedAt.getTime() - Date.parse(timestamp)) / 1000;
  if (age > maxAge) throw new Rejection('stale', 'Timestamp is older than maxAge');
  if (age < -MAX_AHEAD) throw new Rejection('future', 'Timestamp lies more than five minutes ahead');
};
