import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { remembered } from '../../core/remembered.ts';

/** How the bytes of a signature are written in a header. */
export type SignatureEncoding = 'hex' | 'base64';

/** A signature as read from a header. */
export interface ReadSignature {
  readonly bytes: Buffer;
  readonly encoding: SignatureEncoding;
}

/**
 * Decodes what is written exactly as its encoding says: hex digits all in lower or all in upper case, padded base64 with
 * nothing left over. So no two texts mean the same bytes but for the case of hex.
 *
 * @returns undefined for anything else.
 */
export const decodeExactly = (text: string, encoding: SignatureEncoding): Buffer | undefined => {
  if (encoding === 'hex') {
    return text.length % 2 === 0 && /^([0-9a-f]+|[0-9A-F]+)$/.test(text)
      ? Buffer.from(text, 'hex')
      : undefined;
  }
  const bytes = Buffer.from(text, 'base64');
  return text !== '' && bytes.toString('base64') === text ? bytes : undefined;
};

/**
 * Reads a signature of a known length from a provider that doesn't say how it writes one: hex digits in either case, or
 * base64 or base64url with or without padding. A text that could be several things is read as the only one of the right
 * length.
 *
 * @param bytes the length of the signature, in bytes.
 * @returns undefined for anything else; also for base64 whose last bits say more than its bytes hold.
 */
export const readSignature = (text: string, bytes: number): ReadSignature | undefined => {
  if (text.length === bytes * 2 && /^[0-9a-fA-F]+$/.test(text)) {
    return { bytes: Buffer.from(text, 'hex'), encoding: 'hex' };
  }
  if (!/^([A-Za-z0-9+/]+|[A-Za-z0-9_-]+)={0,2}$/.test(text)) return undefined;
  const plain = text.replaceAll('-', '+').replaceAll('_', '/');
  const padded = plain.includes('=') ? plain : plain.padEnd(Math.ceil(plain.length / 4) * 4, '=');
  // Stryker disable next-line StringLiteral: every encoding other than hex is decoded as base64
  const decoded = decodeExactly(padded, 'base64');
  return decoded?.length === bytes ? { bytes: decoded, encoding: 'base64' } : undefined;
};

export type HmacAlgorithm = 'sha1' | 'sha256' | 'sha512';

/** How long an HMAC is, in bytes. */
export const HMAC_BYTES: Readonly<Record<HmacAlgorithm, number>> = { sha1: 20, sha256: 32, sha512: 64 };

/** Whether the signature is the HMAC of the content, compared in constant time. */
export const isHmac = (
  signature: Buffer,
  algorithm: HmacAlgorithm,
  secret: string | Buffer,
  content: Buffer,
): boolean => isAnyHmac([signature], algorithm, secret, content);

/** Whether one of the signatures is the HMAC of the content, each compared in constant time. */
export const isAnyHmac = (
  signatures: readonly Buffer[],
  algorithm: HmacAlgorithm,
  secret: string | Buffer,
  content: Buffer,
): boolean => {
  // Given bytes, createHmac of Node 24 finds out at length that they are no KeyObject, four times the HMAC itself.
  // Stryker disable next-line ConditionalExpression,EqualityOperator,StringLiteral: Node takes text and bytes as a key alike; only the time differs
  const key = typeof secret === 'string' ? keyOf(secret) : createSecretKey(secret);
  // By way of text, whose bytes come from a pool: a Buffer of its own takes a third of the time of the whole.
  const expected = Buffer.from(
    // Stryker disable next-line StringLiteral: without an encoding Node gives the same bytes, which are then copied
    createHmac(algorithm, key).update(content).digest('hex'),
    'hex',
  );
  return signatures.some(
    (signature) => signature.length === expected.length && timingSafeEqual(signature, expected),
  );
};

/** A source's secret, and while it is being rotated the one before, are the same with each delivery. */
// Stryker disable next-line StringLiteral: without an encoding Node takes text as UTF-8
const keyOf = remembered((secret) => createSecretKey(secret, 'utf8'), 4);
