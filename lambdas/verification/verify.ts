import { Rejection } from '../core/rejection.ts';
import type { WebhookRequest } from '../core/request.ts';
import { claimsOf, hasBodyHash, provesAll } from './claims.ts';
import { checkFresh } from './freshness.ts';
import { isCutOnce } from './openings.ts';
import type { Proof } from './proof.ts';
import { received } from './received.ts';
import type { Method, Scheme } from './scheme.ts';
import type { SecretCheck } from './secret-check.ts';
import { partsOf, type Signed } from './signed-content.ts';
import { isTimeInContent, signedTime } from './signed-time.ts';

/** What verified a delivery. */
export interface Proven<Key> {
  readonly key: Key;
  /** The signatures that the delivery had. */
  readonly proofs: readonly Proof[];
  readonly delivery: Signed;
}

/** Verifies a request. Like {@link verifyDelivery}. */
export const verify = <Key>(
  request: WebhookRequest,
  scheme: Scheme<Key>,
  secrets: SecretCheck,
): Promise<Proven<Key>> => verifyDelivery(received(request, scheme), scheme, secrets);

/**
 * Verifies that a delivery is genuine by its scheme: first the proof, then the hash of the body, then the time, then
 * whether the signed text could be cut in another place.
 *
 * @throws {Rejection} 401 for a proof that is missing, malformed or wrong, 403 for `stale` and `future`, 400 if a body
 * that is needed for it can't be read, 503 if the secret is unavailable or invalid.
 */
export const verifyDelivery = async <Key>(
  delivery: Signed,
  scheme: Scheme<Key>,
  secrets: SecretCheck,
): Promise<Proven<Key>> => {
  const { time, method } = scheme;
  const isInText = isTimeInContent(scheme);
  const claims = claimsOf(delivery, scheme);
  // Its form shows without a key that the sender did not sign it. A time in the body is read only if it is genuine.
  const early = time !== undefined && isInText ? signedTime(delivery, time, true) : undefined;
  const proves = (candidate: Key) => provesAll(method, claims, candidate);
  const { publicKeys } = method;
  const key = publicKeys === undefined ? await findKey(method, secrets, proves) : publicKeys.find(proves);
  if (key === undefined) throw new Rejection('signature-mismatch');
  checkBodyHash(delivery, scheme);
  if (time !== undefined) {
    checkFresh(early ?? signedTime(delivery, time, false), delivery.request.receivedAt, time.tolerance);
  }
  checkCut(delivery, scheme);
  return { key, proofs: claims.flatMap(({ proofs }) => proofs), delivery };
};

/** The key of the source's secrets that proves the delivery. An invalid secret counts as unset: 503, so that the provider retries. */
const findKey = async <Key>(
  { readKey, keyForm }: Method<Key>,
  secrets: SecretCheck,
  proves: (key: Key) => boolean,
): Promise<Key | undefined> => {
  let readable = false;
  let found: Key | undefined;
  await secrets((secret) => {
    const key = readKey(secret);
    if (key === undefined) return false;
    readable = true;
    if (!proves(key)) return false;
    found = key;
    return true;
  });
  if (!readable) throw new Rejection('secret-unset', `the secret is not ${keyForm}`);
  return found;
};

/**
 * Where a text of any form could be shifted from a body into the parts beside it, the body must be a JSON object or array:
 * the end of a JSON text that is one is none itself. So must one behind a secret that is hashed without an HMAC: such a hash
 * can be extended without the secret, but not by UTF-8.
 *
 * @throws {Rejection} 400 for any other body.
 */
const checkCut = (delivery: Signed, { content, time }: Scheme): void => {
  if (content === undefined) return;
  const parts = partsOf(content);
  if (isCutOnce(parts, 'any', time) && parts.every(({ name }) => name !== 'secret')) return;
  const { body } = delivery;
  if (typeof body === 'object' && body !== null && !JSON.isRawJSON(body)) return;
  throw new Rejection('body-shape', 'the body is neither a JSON object nor an array');
};

const checkBodyHash = (delivery: Signed, scheme: Scheme): void => {
  if (hasBodyHash(delivery, scheme)) return;
  throw new Rejection('signature-mismatch', `the hash at ${scheme.bodyHash} is not that of the body`);
};
