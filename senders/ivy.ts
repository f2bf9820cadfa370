import { createHmac, randomUUID } from 'node:crypto';
import { parseKeepingDigits } from './json.ts';
import type { Sample, Sender, SignedRequest } from './sender.ts';

/** Deviations from a documented delivery. */
export interface IvyOptions {
  /** Fields of the body to replace before it is signed. `undefined` removes a field. */
  readonly body?: Readonly<Record<string, unknown>>;
}

/**
 * Plays Ivy as it was before it became Augustus: an HMAC-SHA256 over the body in `x-ivy-signature`, with the secret as text.
 * A sample's payload is that of the body.
 *
 * @see https://docs.getivy.de/webhook-getting-started/authentication
 */
export const ivy = {
  provider: 'ivy',
  defaultEvent: 'order_created',
  handshakes: ['test'],
  signsWith: 'secret',
  sign: ({ event, payload = '{}' }: Sample, secret: string, options: IvyOptions = {}): SignedRequest => {
    const fields = {
      id: randomUUID(),
      type: event,
      date: new Date().toISOString(),
      payload: parseKeepingDigits(payload),
      ...options.body,
    };
    const body = Buffer.from(JSON.stringify(fields));
    return {
      id: String(fields.id),
      path: '',
      headers: { 'content-type': 'application/json', 'x-ivy-signature': signIvy(body, secret) },
      body,
    };
  },
} as const satisfies Sender;

/** The value of the `x-ivy-signature` header for a body. */
export const signIvy = (body: string | Buffer, secret: string | Buffer): string =>
  createHmac('sha256', secret).update(body).digest('hex');
