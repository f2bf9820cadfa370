import { createHmac, randomUUID } from 'node:crypto';
import { parseKeepingDigits } from './json.ts';
import type { Sample, Sender, SignedRequest } from './sender.ts';

/** Deviations from an ordinary delivery. */
export interface SigningOptions {
  readonly now?: Date;
  /** The value of `webhook-id`. */
  readonly id?: string;
}

/**
 * Plays a sender of Standard Webhooks. A sample's payload is the whole body; its `timestamp` is replaced.
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
 * Signs the id, the time and the body, once with each secret.
 *
 * @param secrets one or several `whsec_…`, separated by white space.
 */
export const signedRequest = (
  body: string | Buffer,
  secrets: string,
  { now = new Date(), id = `msg_${randomUUID()}` }: SigningOptions = {},
): SignedRequest => {
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const signatures = secrets.split(/\s+/).map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')}`;
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
    body: typeof body === 'string' ? Buffer.from(body) : body,
    tamperWith: 'webhook-id',
  };
};
