import { hash } from 'node:crypto';

/**
 * SHA-256 of the parts as 43 characters of base64url. Written as JSON first: no two lists of parts run together, and
 * halves of surrogate pairs, for which UTF-8 has nothing, stay apart.
 */
export const digest = (...parts: readonly string[]): string =>
  hash('sha256', JSON.stringify(parts), 'base64url');
