import { verify } from 'node:crypto';
import { isAnyHmac } from '../hmac.ts';
import type { Method, Scheme } from '../scheme.ts';
import { KEYS_FORM, type Keys, readKeys } from './standard-webhooks-keys.ts';

/**
 * Standard Webhooks: `v1`, an HMAC-SHA256, or `v1a`, ed25519, over id, timestamp and raw body.
 *
 * The signed content joins the three with full stops. It has only one split, even if the id contains a full stop: the
 * timestamp is digits only, and a body that isn't JSON is rejected later.
 *
 * @param tolerance of the signed timestamp, in seconds.
 * @param headerPrefix Default: `webhook-`.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export const standardWebhooksScheme = (tolerance: number, headerPrefix = 'webhook-'): Scheme<Keys> => ({
  proof: { at: [`header:${headerPrefix}signature`], prefix: '', encoding: 'base64', versions: BYTES },
  content: `{${headerPrefix}id}.{${headerPrefix}timestamp}.{body}`,
  method: METHOD,
  time: { at: `header:${headerPrefix}timestamp`, unit: 'seconds', tolerance },
});

const BYTES: ReadonlyMap<string, number> = new Map([
  ['v1', 32],
  ['v1a', 64],
]);

const METHOD: Method<Keys> = {
  name: 'HMAC with sha256, or ed25519',
  form: { kind: 'standard-webhooks' },
  readKey: readKeys,
  keyForm: KEYS_FORM,
  proves: ({ symmetric, asymmetric }, proofs, [content = Buffer.alloc(0)]) => {
    const of = (wanted: string) =>
      proofs.filter(({ version }) => version === wanted).map(({ bytes }) => bytes);
    const [hmacs, signatures] = [of('v1'), of('v1a')];
    return (
      symmetric.some((key) => isAnyHmac(hmacs, 'sha256', key, content)) ||
      asymmetric.some((key) => signatures.some((signature) => verify(null, content, key, signature)))
    );
  },
};
