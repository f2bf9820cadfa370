import { hash } from 'node:crypto';

/** SHA-256 of the parts as 43 characters of base64url. Each part goes in with its length, so that no two lists of parts run together. */
export const digest = (...parts: readonly string[]): string =>
  hash('sha256', parts.map((part) => `${part.length}:${part}`).join(''), 'base64url');
