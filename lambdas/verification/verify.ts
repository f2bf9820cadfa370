import { hash } from 'node:crypto';
import { Rejection } from '../core/rejection.ts';
import type { WebhookRequest } from '../core/request.ts';
import { checkFresh } from './freshness.ts';
import { itemsAt } from './items.ts';
import { isInItem, locate } from './place.ts';
import { type Proof, readProofs } from './proof.ts';
import { readTime, TIME_UNITS } from './provider-time.ts';
import { received } from './received.ts';
import type { Scheme, SignedTime } from './scheme.ts';
import type { SecretCheck } from './secret-check.ts';
import { checkKey } from './secret-key.ts';
import { placesIn, type Signed, signedBody, signedContent } from './signed-content.ts';

/** What verified a delivery. */
export interface Proven<Key> {
  readonly key: Key;
  /** The signatures that the delivery had. */
  readonly proofs: readonly Proof[];
}

/** Verifies a request. Like {@link verifyDelivery}. */
export const verify = <Key>(
  request: WebhookRequest,
  scheme: Scheme<Key>,
  secrets: SecretCheck,
): Promise<Proven<Key>> => verifyDelivery(received(request, scheme), scheme, secrets);

/**
 * Verifies that a delivery is genuine by its scheme: first the proof, then the hash of the body, then the time.
 *
 * @throws {Rejection} 401 for a proof that is missing, malformed or wrong, 403 for `stale` and `future`, 400 if a place in
 * the body is needed and it can't be read, 503 if the secret is unavailable or invalid.
 */
export const verifyDelivery = async <Key>(
  delivery: Signed,
  scheme: Scheme<Key>,
  secrets: SecretCheck,
): Promise<Proven<Key>> => {
  const { time, content, method } = scheme;
  const isInText = time !== undefined && content !== undefined && placesIn(content).includes(time.at);
  const claims = claimsOf(delivery, scheme);
  // Its form shows without a key that the sender did not sign it. A time in the body is read only if it is genuine.
  if (isInText) signedTime(delivery, time, true);
  const key = await findKey(scheme, secrets, (candidate) =>
    claims.every(({ proofs, content }) => method.proves(candidate, proofs, content)),
  );
  if (key === undefined) throw new Rejection('signature-mismatch');
  checkBodyHash(delivery, scheme);
  if (time !== undefined) {
    checkFresh(signedTime(delivery, time, isInText), delivery.request.receivedAt, time.tolerance);
  }
  return { key, proofs: claims.flatMap(({ proofs }) => proofs) };
};

/** The proofs of one content. */
export interface Claim {
  readonly proofs: readonly Proof[];
  readonly content: readonly Buffer[];
}

/** What a delivery claims: one content with its proofs, or one for each item. @throws {Rejection} as {@link verifyDelivery}. */
export const claimsOf = (delivery: Signed, scheme: Scheme): readonly Claim[] =>
  contentsOf(delivery, scheme).map((each) => ({
    proofs: readProofs(scheme.proof, each),
    content: scheme.content === undefined ? [] : signedContent(scheme.content, each),
  }));

const contentsOf = (delivery: Signed, { proof, items }: Scheme): readonly Signed[] => {
  if (!proof.at.some(isInItem)) return [delivery];
  const list = itemsAt(items, delivery.body);
  if (list.length === 0) throw new Rejection('signature-missing', 'the list is empty, so nothing is signed');
  return list.map((item) => ({ ...delivery, item }));
};

const findKey = async <Key>(
  { method }: Scheme<Key>,
  secrets: SecretCheck,
  proves: (key: Key) => boolean,
): Promise<Key | undefined> => {
  if (method.publicKeys !== undefined) return method.publicKeys.find(proves);
  let found: Key | undefined;
  await checkKey(
    secrets,
    (secret) => method.readKey(secret),
    method.keyForm,
    (key) => {
      if (!proves(key)) return false;
      found = key;
      return true;
    },
  );
  return found;
};

const checkBodyHash = (delivery: Signed, { bodyHash }: Scheme): void => {
  if (bodyHash === undefined) return;
  const claimed = locate(bodyHash, delivery);
  if (claimed === hash('sha256', signedBody(delivery))) return;
  throw new Rejection('signature-mismatch', `the hash at ${bodyHash} is not that of the body`);
};

/** @throws {Rejection} `signature-malformed` if there is no time, or one in another form. */
const signedTime = (delivery: Signed, { at, unit }: SignedTime, isInText: boolean): Date => {
  // In a signed text a time has an exact form, so that the text can't be cut elsewhere.
  const units = unit !== undefined ? [unit] : isInText ? TIME_UNITS : [undefined];
  const value = locate(at, delivery);
  const signedAt = units.map((each) => readTime(value, each)).find((read) => read !== undefined);
  if (signedAt !== undefined) return signedAt;
  throw new Rejection(
    'signature-malformed',
    `there is no time ${unit === undefined ? '' : `in ${unit} `}at ${at}`,
  );
};
