import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto';
import { outgoingGet } from '../../runtime/outgoing-get.ts';
import type { InnerMessage } from './inner-message.ts';

/** The result of checking iVvy's own signature. */
export type InnerSignature =
  | 'valid'
  | 'invalid'
  | 'missing'
  /** It names a key that is not one of iVvy's. */
  | 'key-not-allowed'
  /** The key could not be fetched or read. */
  | 'key-unavailable';

/**
 * Checks iVvy's own signature of its message inside the SNS message.
 *
 * @param regions the allowed values of `Region`, besides iVvy's staging environment.
 */
export type CheckInnerSignature = (
  message: InnerMessage,
  regions: readonly string[],
) => Promise<InnerSignature>;

/**
 * Verifies like iVvy's own receiver: RSA PKCS#1 v1.5 with SHA-1 over a lower-cased string, with a key from iVvy's bucket.
 * The message names the bucket, so both parts of its URL are checked before the request.
 *
 * @see https://github.com/ivvycode/ivvy-subscriptions-net `src/Message.cs`
 */
export const innerSignatureCheck = (
  get: typeof outgoingGet = outgoingGet,
  now: () => number = Date.now,
): CheckInnerSignature => {
  const keys = new Map<string, { readonly key: KeyObject | undefined; readonly until: number }>();

  const keyAt = async (url: URL): Promise<KeyObject | undefined> => {
    const known = keys.get(url.href);
    if (known !== undefined && now() < known.until) return known.key;
    const key = await fetchKey(url, get);
    // Bounds the memory that forged paths can take.
    if (keys.size >= MAX_KEYS) keys.clear();
    keys.set(url.href, { key, until: now() + (key === undefined ? RETRY_KEY_MS : KEEP_KEY_MS) });
    return key;
  };

  return async (message, regions) => {
    if (message.signature === undefined || message.keyPath === undefined) return 'missing';
    const url = keyUrl(message, message.keyPath, regions);
    if (url === undefined) return 'key-not-allowed';
    const key = await keyAt(url);
    if (key === undefined) return 'key-unavailable';
    const signature = Buffer.from(message.signature, 'base64');
    return verify('RSA-SHA1', Buffer.from(stringToSign(message)), key, signature) ? 'valid' : 'invalid';
  };
};

const MAX_KEYS = 100;
const KEEP_KEY_MS = 60 * 60_000;
const RETRY_KEY_MS = 60_000;
const LIMITS = { timeoutMs: 2_000, maxBytes: 16 * 1024 } as const;

const stringToSign = ({ txnId = '', region, timestamp, accountId, subject, body }: InnerMessage): string =>
  [txnId, region, timestamp, accountId, subject, hash('sha1', body, 'hex')].join(':').toLowerCase();

const keyUrl = (
  { region, accountId }: InnerMessage,
  keyPath: string,
  regions: readonly string[],
): URL | undefined => {
  // Rejects "/../another-bucket/key", which would lead to another bucket of the same host.
  const account = /^\/accounts\/(\d+)\/\d+\/notifcert\.txt$/.exec(keyPath)?.[1];
  if (
    // Stryker disable next-line ConditionalExpression: undefined differs from any account
    account === undefined ||
    account !== accountId
  )
    return undefined;
  if (region === 'stage') {
    return new URL(
      `https://s3-ap-southeast-2.amazonaws.com/notifications.stageau.ap-southeast-2.ivvy.com${keyPath}`,
    );
  }
  if (!regions.includes(region)) return undefined;
  return new URL(`https://s3-${region}.amazonaws.com/accountnotifications.${region}.ivvy.com${keyPath}`);
};

/** Doesn't throw, because the settings decide what a missing key means. */
const fetchKey = async (url: URL, get: typeof outgoingGet): Promise<KeyObject | undefined> => {
  try {
    const { status, text } = await get(url, LIMITS);
    if (status !== 200) return undefined;
    const key = createPublicKey(text);
    // `verify` throws with some other types of keys.
    // Stryker disable BlockStatement: a catch block without a return returns undefined too; only the types need it
    return key.asymmetricKeyType === 'rsa' ? key : undefined;
  } catch {
    // Stryker restore BlockStatement
    return undefined;
  }
};
