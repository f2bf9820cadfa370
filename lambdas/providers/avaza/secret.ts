import type { SecretRules } from '../shared/secret-rules.ts';

/**
 * Avaza takes ASCII of 255 characters at most, and sends it in a header.
 *
 * @see https://api.avaza.com/swagger `CreateSubscription.secret`
 */
export const avazaSecret: SecretRules<unknown> = {
  fault: (secret) =>
    secret.length <= MAX_LENGTH && /^[\x20-\x7e]+$/.test(secret)
      ? undefined
      : `it must be ASCII, ${MAX_LENGTH} characters at most`,
  // With a user name and a colon before it, a proxy that reads Basic literally takes it, too.
  generate: (bytes) => `avaza:${bytes.toString('hex')}`,
};

const MAX_LENGTH = 255;
