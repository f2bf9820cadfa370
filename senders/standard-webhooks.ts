import { createHmac, randomUUID } from 'node:crypto';
import { parseKeepingDigits } from './json.ts';
import type { Sample, Sender, SignedRequest } from './sender.ts';

/** What of a delivery may differ from an ordinary one. */
export interface SigningOptions {
  /** When it is signed. Default: now. */
  readonly now?: Date;
  /** The value of `webhook-id`. Default: a new one. */
  readonly id?: string;
}

/**
 * Plays a sender that follows Standard Webhooks. A sample's payload is the whole body, of which the `timestamp` is
 * replaced by that of now.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export const standardWebhooks = {
  provider: 'standard-webhooks',
  defaultEvent: 'contact.created',
  handshakes: [],
  signsWith: 'secret',
  sign: (sample: Sample, secret: string, options: SigningOptions = {}): SignedRequest => {
    const { now = new Date() } = options;
    const sent = parseKeepingDigits(sample.payload ?? '{}') as Readonly<Record<string, unknown>>;
    const fields = { ...sent, type: sample.event, timestamp: now.toISOString() };
    return signedRequest(JSON.stringify(fields), secret, options);
  },
} as const satisfies Sender;

/**
 * The POST that a sender makes of a body: signed over id, time and body, with each secret once.
 *
 * @param secrets `whsec_…`, or several, separated by white space.
 */
export const signedRequest = (
  body: string,
  secrets: string,
  { now = new Date(), id = `msg_${randomUUID()}` }: SigningOptions = {},
): SignedRequest => {
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const signatures = secrets.split(/\s+/).map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return {
    id,
    path: '',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': signatures.join(' '),
    },
    body: Buffer.from(body),
    tamperWith: 'webhook-id',
  };
};
