import type { WebhookRequest } from '../../core/request.ts';
import { claimsOf, hasBodyHash, provesAll } from '../claims.ts';
import { received } from '../received.ts';
import type { Scheme } from '../scheme.ts';

/** A request, how it is verified, and one key. */
export interface Attempt {
  readonly request: WebhookRequest;
  readonly scheme: Scheme;
  /** Absent for a sender whose keys are public. */
  readonly secret?: string | undefined;
}

/** Whether the proof fits, whatever the time. An attempt with which something can't be read doesn't fit. */
export const fits = (attempt: Attempt): boolean => {
  try {
    return keyThatFits(attempt) !== undefined;
  } catch {
    // A rejection, or OpenSSL refuses the key: neither fits.
    return false;
  }
};

/** The index of the key that fits; undefined for none. @throws {Error} as the scheme does. */
export const keyThatFits = ({ request, scheme, secret }: Attempt): number | undefined => {
  const delivery = received(request, scheme);
  const claims = claimsOf(delivery, scheme);
  if (!hasBodyHash(delivery, scheme)) return undefined;
  const { method } = scheme;
  const keys = method.publicKeys ?? (secret === undefined ? [] : [method.readKey(secret)]);
  const index = keys.findIndex((key) => key !== undefined && provesAll(method, claims, key));
  return index === -1 ? undefined : index;
};
