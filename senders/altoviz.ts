import { createHmac, randomInt } from 'node:crypto';
import { parseKeepingDigits } from './json.ts';
import type { Sample, Sender, SignedRequest } from './sender.ts';

/** Encodings of the signature in the header. Altoviz documents none. */
export type WrittenAs = 'hex' | 'HEX' | 'base64' | 'base64url';

/** Deviations from a documented delivery. */
export interface AltovizOptions {
  /** Default: `hex`. */
  readonly writtenAs?: WrittenAs;
  /** The prefix of the signature, such as `sha256=`. Default: none. */
  readonly prefix?: string;
  /** Fields of the body to replace before it is signed. `undefined` removes a field. */
  readonly body?: Readonly<Record<string, unknown>>;
}

/**
 * Plays Altoviz: an HMAC-SHA256 over the raw body in `x-signature`. A sample's payload is the whole body; its `id` is
 * replaced.
 *
 * @see https://developer.altoviz.com/docs/webhooks
 */
export const altoviz = {
  provider: 'altoviz',
  defaultEvent: 'CustomerCreated',
  handshakes: [],
  signsWith: 'secret',
  sign: (sample: Sample, secret: string, options: AltovizOptions = {}): SignedRequest => {
    const sent = parseKeepingDigits(sample.payload ?? '{}') as Readonly<Record<string, unknown>>;
    const fields = { ...sent, id: newEventId(), type: sample.event, ...options.body };
    const body = Buffer.from(JSON.stringify(fields));
    return altovizRequest(String(fields.id), body, signAltoviz(body, secret, options));
  },
} as const satisfies Sender;

/** The value of the `x-signature` header for a body. */
export const signAltoviz = (
  body: string | Buffer,
  secret: string,
  { writtenAs = 'hex', prefix = '' }: AltovizOptions = {},
): string => {
  const hmac = createHmac('sha256', secret).update(body);
  return prefix + (writtenAs === 'HEX' ? hmac.digest('hex').toUpperCase() : hmac.digest(writtenAs));
};

/** Altoviz sends JSON as plain text. https://github.com/altoviz/n8n `AltovizTrigger.node.ts` */
export const altovizRequest = (id: string, body: Buffer, signature: string): SignedRequest => ({
  id,
  path: '',
  headers: { 'content-type': 'text/plain; charset=utf-8', 'x-signature': signature },
  body,
});

/** In the format of captured deliveries; the documentation has `1233`. */
const newEventId = (): string =>
  `evt_${Array.from({ length: 25 }, () => randomInt(36).toString(36)).join('')}`;
