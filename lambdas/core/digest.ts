import { hash } from 'node:crypto';

/**
 * SHA-256 of the parts as 43 characters of base64url. The parts are encoded as JSON first, so different lists never give
 * the same input, and lone surrogates, which UTF-8 can't encode, remain distinct.
 */
export const digest = (...parts: readonly string[]): string =>
  hash('sha256', JSON.stringify(parts), 'base64url');
