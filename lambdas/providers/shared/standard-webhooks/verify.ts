import { verify } from 'node:crypto';
import { Rejection } from '../../../core/rejection.ts';
import type { WebhookRequest } from '../../../core/request.ts';
import { checkFresh } from '../freshness.ts';
import { isAnyHmac } from '../hmac-signature.ts';
import type { SecretCheck } from '../secret-check.ts';
import { checkKey } from '../secret-key.ts';
import { readSigningHeaders, type SigningHeaders } from './headers.ts';
import { KEYS_FORM, type Keys, readKeys } from './keys.ts';

export interface SigningOptions {
  /** Of the signed timestamp, in seconds. */
  readonly tolerance: number;
  /** Default: `webhook-`. */
  readonly headerPrefix?: string;
}

/**
 * Verifies a delivery by Standard Webhooks: first the signature over id, timestamp and raw body, then the timestamp.
 *
 * The signed content joins the three with full stops. It has only one split, even if the id contains a full stop: the
 * timestamp is digits only, and a body that isn't JSON is rejected later.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 * @throws {Rejection} 401 for a missing, malformed or wrong signature, 403 for `stale` and `future`, 503 for a secret that
 * is unavailable or invalid.
 */
export const verifyStandardWebhook = async (
  request: WebhookRequest,
  { tolerance, headerPrefix = 'webhook-' }: SigningOptions,
  secrets: SecretCheck,
): Promise<void> => {
  const headers = readSigningHeaders(request.headers, headerPrefix);
  const content = Buffer.concat([Buffer.from(`${headers.id}.${headers.timestamp}.`), request.body]);
  const genuine = await checkKey(secrets, readKeys, KEYS_FORM, (keys) => isSigned(content, headers, keys));
  if (!genuine) throw new Rejection('signature-mismatch');
  checkFresh(new Date(Number(headers.timestamp) * 1000), request.receivedAt, tolerance);
};

const isSigned = (content: Buffer, signed: SigningHeaders, keys: Keys): boolean =>
  keys.symmetric.some((key) => isAnyHmac(signed.symmetric, 'sha256', key, content)) ||
  keys.asymmetric.some((key) => signed.asymmetric.some((signature) => verify(null, content, key, signature)));
