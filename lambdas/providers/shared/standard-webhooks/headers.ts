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

/** The length of a signature in bytes, by version. */
const BYTES: Readonly<Record<string, number>> = { v1: 32, v1a: 64 };

const readSignatures = (list: string): Pick<SigningHeaders, 'symmetric' | 'asymmetric'> => {
  const entries = list.split(' ', MAX_SIGNATURES + 1);
  if (entries.length > MAX_SIGNATURES) throw malformed(`there are more than ${MAX_SIGNATURES} signatures`);

  const signatures = entries.map((entry) => {
    const { version, text } = ENTRY.exec(entry)?.groups ?? {};
    // Stryker disable next-line ConditionalExpression,LogicalOperator: a match has both groups; only the type needs the check
    if (version === undefined || text === undefined)
      throw malformed('an entry is not a version and a signature');
    const length = BYTES[version];
    // Unknown versions are ignored.
    // Stryker disable next-line ObjectLiteral: an entry without a version is ignored like one with an unknown version
    if (length === undefined) return { version, bytes: Buffer.alloc(0) };
    // Stryker disable next-line StringLiteral: every encoding other than hex is decoded as base64
    const bytes = decodeExactly(text, 'base64');
    if (bytes?.length !== length)
      throw malformed(`a signature of ${version} is not base64 of ${length} bytes`);
    return { version, bytes };
  });
  const of = (wanted: string) =>
    signatures.filter(({ version }) => version === wanted).map(({ bytes }) => bytes);
  return { symmetric: of('v1'), asymmetric: of('v1a') };
};

const ENTRY = /^(?<version>v\d+[a-z]*),(?<text>[^,]+)$/;

const malformed = (detail: string) => new Rejection('signature-malformed', detail);
