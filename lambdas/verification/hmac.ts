import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { madeOnce, remembered } from '../core/remembered.ts';

export type HmacAlgorithm = 'sha1' | 'sha256' | 'sha384' | 'sha512';

export const HMAC_BYTES: Readonly<Record<HmacAlgorithm, number>> = {
  sha1: 20,
  sha256: 32,
  sha384: 48,
  sha512: 64,
};

/** Verifies an HMAC in constant time. */
export const isHmac = (
  signature: Buffer,
  algorithm: HmacAlgorithm,
  secret: string | Buffer,
  content: Buffer,
): boolean => isAnyHmac([signature], algorithm, secret, content);

/** Whether one of the signatures is the HMAC of the content. Each is compared in constant time. */
export const isAnyHmac = (
  signatures: readonly Buffer[],
  algorithm: HmacAlgorithm,
  secret: string | Buffer,
  content: Buffer,
): boolean => {
  // createHmac of Node 24 is much slower with bytes than with a KeyObject.
  // Stryker disable next-line ConditionalExpression,EqualityOperator,StringLiteral: Node accepts text and bytes as keys; only the time differs
  const key = typeof secret === 'string' ? keyOf(secret) : keyOfBytes(secret);
  // Via hex, because Buffer.from(text) uses Node's buffer pool, which is faster than a new allocation.
  const expected = Buffer.from(
    // Stryker disable next-line StringLiteral: without an encoding Node returns the same bytes, which are then copied
    createHmac(algorithm, key).update(content).digest('hex'),
    'hex',
  );
  return signatures.some(
    (signature) => signature.length === expected.length && timingSafeEqual(signature, expected),
  );
};

const keyOfBytes = madeOnce((bytes: Buffer) => createSecretKey(bytes));

// Stryker disable next-line StringLiteral: Node's default encoding is UTF-8
const keyOf = remembered((secret) => createSecretKey(secret, 'utf8'), 4);
