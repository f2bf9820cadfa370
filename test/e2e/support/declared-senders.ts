import { createHash, createHmac, type KeyObject, randomUUID, sign } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Pki } from '../../../senders/pki.ts';
import { signSns, snsNotification, snsRequest } from '../../../senders/sns.ts';
import { BANK_KEY, BOT_KEY, TOPIC } from './declared-sources.ts';
import type { PostedRequest } from './gate-under-test.ts';

// The senders of the declared sources, each as it signs.

/** A body of its own. @param more further fields. */
export const newBody = (more: object = {}): string =>
  JSON.stringify({ type: 'contact.created', id: randomUUID(), data: { id: 'c1' }, ...more });

/** One event of HubSpot in a list. */
const newBatch = (): string =>
  JSON.stringify([{ subscriptionType: 'contact.creation', eventId: randomUUID(), objectId: 'c1' }]);

export const byToken = (text: string, secret: string): PostedRequest => ({
  headers: { 'x-gitlab-token': secret },
  body: text,
});

export const byBot = (text: string, key: KeyObject = BOT_KEY.privateKey): PostedRequest => {
  const time = String(Math.floor(Date.now() / 1000));
  const signature = sign(null, Buffer.from(time + text), key).toString('hex');
  return { headers: { 'x-signature-timestamp': time, 'x-signature-ed25519': signature }, body: text };
};

export const byBank = async (text: string, key: KeyObject = BANK_KEY.privateKey): Promise<PostedRequest> => {
  const claims = { request_body_sha256: createHash('sha256').update(text).digest('hex') };
  const jwt = await new SignJWT(claims).setProtectedHeader({ alg: 'EdDSA' }).setIssuedAt().sign(key);
  return { headers: { 'x-verification': jwt }, body: text };
};

export const bySns = (text: string, { sns }: Pki, topic: string = TOPIC): PostedRequest => {
  const { headers, body } = snsRequest(signSns(snsNotification(topic, text), sns.key));
  return { headers, body };
};

export const byMeta = (text: string, secret: string): PostedRequest => ({
  headers: { 'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(text).digest('hex')}` },
  body: text,
});

/** HubSpot's way of several events in a body. */
export const byHubspot = (text: string, secret: string): PostedRequest => ({
  headers: { 'x-hubspot-signature': createHmac('sha256', secret).update(text).digest('hex') },
  body: text,
});

/** A delivery of each of these sources; `secret` is that of the source, if it has one, and `text` the body. */
export const DECLARED_SENDERS: Readonly<
  Record<string, (secret: string, pki: Pki, text?: string) => PostedRequest | Promise<PostedRequest>>
> = {
  token: (secret, _, text = newBody()) => byToken(text, secret),
  'public-key': (_secret, _pki, text = newBody()) => byBot(text),
  jwt: (_secret, _pki, text = newBody()) => byBank(text),
  sns: (_, pki, text = newBody()) => bySns(text, pki),
  hubspot: (secret, _, text = newBatch()) => byHubspot(text, secret),
  meta: (secret, _, text = newBody()) => byMeta(text, secret),
};
