import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import type { SourceProps } from '../../../lib/sources.ts';

// Sources of the generic providers for the local stack, and the keys of their senders.

/** A key pair that is the same in the process that synthesizes and in the one that signs. It protects nothing. */
const ed25519 = (name: string): { readonly privateKey: KeyObject; readonly publicKey: string } => {
  const seed = createHash('sha256').update(`the key of ${name}, for tests only`).digest();
  // RFC 8410: the head of a private key in PKCS #8, before its 32 bytes.
  const head = Buffer.from('302e020100300506032b657004220420', 'hex');
  const privateKey = createPrivateKey({ key: Buffer.concat([head, seed]), format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();
  return { privateKey, publicKey };
};

/** Of the sender that signs with a private key. */
export const BOT_KEY = ed25519('a bot');
/** Of the sender of tokens. */
export const BANK_KEY = ed25519('a bank');
/** A key that no source has. */
export const STRANGE_KEY = ed25519('a stranger');

const catalogue = { 'contact.created': 'contact.created' } as const;
const places = { eventName: 'body:type', eventId: 'body:id', entityId: 'body:data.id' } as const;

/** Sends its secret along, as GitLab does. */
export const gitlab = {
  provider: 'token',
  name: 'gitlab',
  token: 'header:x-gitlab-token',
  catalogue,
  ...places,
} as const satisfies SourceProps;

/** Signs time and body with ed25519, as Discord does. */
export const bot = {
  provider: 'public-key',
  name: 'bot',
  signature: 'header:x-signature-ed25519',
  algorithm: 'ed25519',
  encoding: 'hex',
  publicKeys: [BOT_KEY.publicKey],
  signedContent: '{x-signature-timestamp}{body}',
  timestamp: 'header:x-signature-timestamp',
  timestampUnit: 'seconds',
  catalogue,
  ...places,
} as const satisfies SourceProps;

/** Sends a token with the hash of the body in it, as Plaid does. */
export const bank = {
  provider: 'jwt',
  name: 'bank',
  token: 'header:x-verification',
  algorithms: ['EdDSA'],
  publicKeys: [BANK_KEY.publicKey],
  bodyHashClaim: 'request_body_sha256',
  maxAge: 300,
  catalogue,
  ...places,
} as const satisfies SourceProps;

export const TOPIC = 'arn:aws:sns:ap-southeast-2:123456789012:orders';

/** Any topic of SNS. */
export const orders = {
  provider: 'sns',
  name: 'orders',
  topicArns: [TOPIC],
  catalogue,
  ...places,
} as const satisfies SourceProps;

/** Sends several events at once, as HubSpot does. */
export const hubspot = {
  provider: 'hmac',
  name: 'hubspot',
  header: 'x-hubspot-signature',
  items: 'body',
  eventName: 'item:subscriptionType',
  eventId: 'item:eventId',
  entityId: 'item:objectId',
  volatile: ['item:attemptNumber'],
  catalogue: { 'contact.creation': 'contact.created', 'contact.propertyChange': 'contact.updated' },
} as const satisfies SourceProps;

/** Verifies the URL by a GET with the secret in it, as Meta does. */
export const meta = {
  provider: 'hmac',
  name: 'meta',
  header: 'x-hub-signature-256',
  prefix: 'sha256=',
  handshake: {
    method: 'GET',
    at: 'query:hub.mode',
    is: 'subscribe',
    secretAt: 'query:hub.verify_token',
    answer: 'query:hub.challenge',
  },
  catalogue,
  ...places,
} as const satisfies SourceProps;
