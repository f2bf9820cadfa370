import { createSign, hash, type KeyLike, randomBytes } from 'node:crypto';
import { parseKeepingDigits, phpJson } from './json.ts';
import type { Sample, Sender, SignedRequest, SigningKeys } from './sender.ts';
import {
  type SignatureVersion,
  type SnsFields,
  signSns,
  snsHandshake,
  snsNotification,
  snsRequest,
} from './sns.ts';

export { signSns, stringToSign } from './sns.ts';

/** Deviations from a documented delivery. */
export interface IvvyOptions {
  /** Default: `14`. */
  readonly accountId?: string;
  /** Default: the account's topic for the kind of event, in ap-southeast-2. */
  readonly topicArn?: string;
  /** Default: `1`, as in every documented sample. */
  readonly signatureVersion?: SignatureVersion;
  readonly now?: Date;
  /** Fields of iVvy's own message to replace before it is signed. */
  readonly inner?: Readonly<Record<string, unknown>>;
  /** Fields of the SNS message to replace before it is signed. */
  readonly envelope?: SnsFields;
}

/** iVvy's own message: the `Message` of an SNS notification. */
export type InnerMessage = Readonly<Record<string, unknown>>;

/**
 * Plays iVvy and SNS, which delivers its messages: iVvy's RSA signature in the message, SNS's signature around it. A
 * sample's payload is the content of the message's `Body`.
 *
 * @see https://developer.ivvy.com/notifications
 */
export const ivvy = {
  provider: 'ivvy',
  defaultEvent: 'CompanyAdded',
  handshakes: ['subscribe', 'unsubscribe'],
  signsWith: 'pki',
  sign: (sample: Sample, keys: SigningKeys, options: IvvyOptions = {}): SignedRequest => {
    const { envelope = {}, signatureVersion, ...rest } = options;
    const fields = { ...unsigned(sample, keys, rest), ...envelope };
    return snsRequest(signSns(fields, keys.sns.key, signatureVersion));
  },
} as const satisfies Sender;

/** iVvy's own message as in its documentation, with new ids and the current time; not signed yet. */
export const innerMessage = (
  { event, payload = '{}' }: Sample,
  { accountId = '14', now = new Date(), inner = {} }: IvvyOptions = {},
): InnerMessage => ({
  TxnId: randomBytes(16).toString('hex'),
  Region: 'stage',
  Timestamp: Math.floor(now.getTime() / 1000),
  AccountId: accountId,
  Subject: event,
  Body: phpJson(parseKeepingDigits(payload)),
  SourceType: 0,
  SourceInfo: null,
  Signature: null,
  SigningPublicKeyPath: `/accounts/${accountId}/1537854341/notifcert.txt`,
  ...inner,
});

/**
 * The text that iVvy signs, in lower case.
 *
 * @see https://github.com/ivvycode/ivvy-subscriptions-net `src/Message.cs`
 */
export const innerStringToSign = (message: InnerMessage): string =>
  ['TxnId', 'Region', 'Timestamp', 'AccountId', 'Subject']
    .map((name) => String(message[name] ?? ''))
    .concat(hash('sha1', String(message.Body ?? ''), 'hex'))
    .join(':')
    .toLowerCase();

/** Adds iVvy's signature: RSA with SHA-1. */
export const signInner = (message: InnerMessage, key: KeyLike): InnerMessage => ({
  ...message,
  Signature: createSign('RSA-SHA1').update(innerStringToSign(message)).sign(key, 'base64'),
});

/** An account's topic. iVvy documents that of the companies only; the other names are derived from it. */
export const ivvyTopic = (kind = 'Companies', accountId = '14', region = 'ap-southeast-2'): string =>
  `arn:aws:sns:${region}:232528047142:iVvy_Account_${accountId}_d4959ffe27f4a760733babdf1fa7fbbd354d4f62_Notif${kind}`;

const unsigned = (sample: Sample, keys: SigningKeys, options: IvvyOptions): SnsFields => {
  const { topicArn = ivvyTopic(kindOf(sample.event), options.accountId), now } = options;
  if (sample.event === 'subscribe') return snsHandshake('SubscriptionConfirmation', topicArn, now);
  if (sample.event === 'unsubscribe') return snsHandshake('UnsubscribeConfirmation', topicArn, now);
  return snsNotification(topicArn, phpJson(signInner(innerMessage(sample, options), keys.ivvy.key)), now);
};

/** The prefixes of the Subjects by endpoint key. https://developer.ivvy.com/notifications */
const KINDS = {
  Contacts: /^Contact/,
  Crm: /^(?:Opportunity|Crm)/,
  Payments: /^Invoice/,
  Ari: /^(?:RoomInventory|RoomRates|RatePlan)/,
  Venues: /^(?:Booking|SpaceBlockout|Venue)/,
} as const;

const kindOf = (event: string): string | undefined =>
  Object.entries(KINDS).find(([, begins]) => begins.test(event))?.[0];
