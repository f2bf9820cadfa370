import { Rejection } from '../../../core/rejection.ts';
import type { Headers } from '../header-list.ts';
import { decodeExactly } from '../hmac-signature.ts';

/** What the three headers of Standard Webhooks say; nothing of it is believed yet. */
export interface SigningHeaders {
  readonly id: string;
  /** Seconds since 1970, as it was written. */
  readonly timestamp: string;
  /** Those of `v1`: HMAC-SHA256. */
  readonly symmetric: readonly Buffer[];
  /** Those of `v1a`: ed25519. */
  readonly asymmetric: readonly Buffer[];
}

/**
 * Reads the three headers. API Gateway joins a header that came several times by commas, which none of them may hold in
 * that place.
 *
 * @param prefix what their names begin with.
 * @throws {Rejection} `signature-missing`, or `signature-malformed`.
 */
export const readSigningHeaders = (headers: Headers, prefix: string): SigningHeaders => {
  const one = (name: string): string => {
    const value = headers[prefix + name];
    if (value === undefined || value === '') {
      throw new Rejection('signature-missing', `the header ${prefix}${name} is missing`);
    }
    return value;
  };
  const [id, timestamp, signature] = [one('id'), one('timestamp'), one('signature')];

  if (id.includes(',')) throw malformed(`${prefix}id came several times`);
  if (!/^\d{1,12}$/.test(timestamp)) throw malformed(`${prefix}timestamp is not a whole number of seconds`);
  return { id, timestamp, ...readSignatures(signature) };
};

/**
 * A sender signs once for each of its keys, and it has several only while it changes them. A list longer than this is
 * refused unread, so that it can't be used to cause work.
 */
const MAX_SIGNATURES = 20;

/** How long a signature of each version is, in bytes. */
const BYTES: Readonly<Record<string, number>> = { v1: 32, v1a: 64 };

const readSignatures = (list: string): Pick<SigningHeaders, 'symmetric' | 'asymmetric'> => {
  const entries = list.split(' ', MAX_SIGNATURES + 1);
  if (entries.length > MAX_SIGNATURES) throw malformed(`there are more than ${MAX_SIGNATURES} signatures`);

  const signatures = entries.map((entry) => {
    const { version, text } = ENTRY.exec(entry)?.groups ?? {};
    // Stryker disable next-line ConditionalExpression,LogicalOperator: an entry that matches has both groups; only the type does not say so
    if (version === undefined || text === undefined) throw malformed('an entry is no version and signature');
    const length = BYTES[version];
    // There may be other versions one day, which say nothing here.
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
