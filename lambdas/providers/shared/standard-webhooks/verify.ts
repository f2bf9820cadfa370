import { verify } from 'node:crypto';
import { Rejection } from '../../../core/rejection.ts';
import type { WebhookRequest } from '../../../core/request.ts';
import { checkFresh } from '../freshness.ts';
import { isAnyHmac } from '../hmac-signature.ts';
import type { SecretCheck } from '../secret-check.ts';
import { checkKey } from '../secret-key.ts';
import { readSigningHeaders, type SigningHeaders } from './headers.ts';
import { KEYS_FORM, type Keys, readKeys } from './keys.ts';

/** What may differ between senders. */
export interface SigningOptions {
  /** How far off the time of signing may be, in seconds. */
  readonly tolerance: number;
  /** What the names of the headers begin with. Default: `webhook-`. */
  readonly headerPrefix?: string;
}

/**
 * Verifies a delivery as Standard Webhooks says: a signature over id, timestamp and raw body, and a time that is not far
 * off. The time is looked at last, because what makes a delivery stale is that it is genuine.
 *
 * What is signed are the three joined by full stops. As the timestamp is digits only, and as a body that isn't JSON is
 * refused afterwards, it can't be cut in another place, even where an id has a full stop in it.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 * @throws {Rejection} 401 for a signature missing, malformed or wrong, 403 for `stale` and `future`, 503 for a secret
 * that can't be had or read.
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
