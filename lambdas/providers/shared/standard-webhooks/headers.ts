import { Rejection } from '../../../core/rejection.ts';
import type { Headers } from '../header-list.ts';
import { decodeExactly } from '../hmac-signature.ts';

/** The three headers of Standard Webhooks, not verified. */
export interface SigningHeaders {
  readonly id: string;
  /** Seconds since 1970, as received. */
  readonly timestamp: string;
  /** Signatures of `v1`: HMAC-SHA256. */
  readonly symmetric: readonly Buffer[];
  /** Signatures of `v1a`: ed25519. */
  readonly asymmetric: readonly Buffer[];
}

/** @param prefix of the headers' names. @throws {Rejection} `signature-missing` or `signature-malformed`. */
export const readSigningHeaders = (headers: Headers, prefix: string): SigningHeaders => {
  const one = (name: string): string => {
    const value = headers[prefix + name];
    if (value === undefined || value === '') {
      throw new Rejection('signature-missing', `the header ${prefix}${name} is missing`);
    }
    return value;
  };
  const [id, timestamp, signature] = [one('id'), one('timestamp'), one('signature')];

  // API Gateway joins repeated headers with commas.
  if (id.includes(',')) throw malformed(`${prefix}id came several times`);
  if (!/^\d{1,12}$/.test(timestamp)) throw malformed(`${prefix}timestamp is not a whole number of seconds`);
  return { id, timestamp, ...readSignatures(signature) };
};

/** A sender signs once per key, and has several keys only during a rotation. Longer lists are rejected without work. */
const MAX_SIGNATURES = 20;

/** The length of a signature in bytes, by version. Other versions are skipped. */
const BYTES: ReadonlyMap<string, number> = new Map([
  ['v1', 32],
  ['v1a', 64],
]);

/**
 * Reads a list of versions and signatures, separated by white space. What is no signature of a known version is skipped, as
 * in the reference libraries: a list has one good entry as long as the sender adds its own beside it.
 */
const readSignatures = (list: string): Pick<SigningHeaders, 'symmetric' | 'asymmetric'> => {
  const entries = [...list.matchAll(ENTRY)];
  if (entries.length > MAX_SIGNATURES) throw malformed(`there are more than ${MAX_SIGNATURES} signatures`);
  const of = (wanted: string): readonly Buffer[] =>
    entries
      .filter(([, version]) => version === wanted)
      // Stryker disable next-line StringLiteral: every encoding other than hex is decoded as base64
      .map(([, , text = '']) => decodeExactly(text, 'base64'))
      .filter((bytes) => bytes !== undefined)
      .filter(({ length }) => length === BYTES.get(wanted));
  const [symmetric, asymmetric] = [of('v1'), of('v1a')];
  // Of other versions nothing is known, so a list of these is no malformed one.
  if (symmetric.length + asymmetric.length === 0 && entries.every(([, version = '']) => BYTES.has(version)))
    throw malformed('the list has no signature of v1 or v1a in base64');
  return { symmetric, asymmetric };
};

/** `v1,<signature>`, also with white space behind the comma. */
const ENTRY = /(?<=^|\s)(v\d+[a-z]*),\s*([^\s,]+)(?=\s|$)/g;

const malformed = (detail: string) => new Rejection('signature-malformed', detail);
