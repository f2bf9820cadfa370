import { hash } from 'node:crypto';

/**
 * What stands for a secret in a request that is kept: 43 characters of base64url, which any header and any query takes as
 * they are. Not the plain SHA-256, which other systems may know.
 */
export const secretHash = (secret: string): string =>
  hash('sha256', `gatepost rejected\n${secret}`, 'base64url');
