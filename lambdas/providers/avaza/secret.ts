import type { SecretRules } from '../../verification/secret-rules.ts';

/**
 * Avaza allows at most 255 ASCII characters, and sends them in a header.
 *
 * @see https://api.avaza.com/swagger `CreateSubscription.secret`
 */
export const avazaSecret: SecretRules<unknown> = {
  fault: (secret) =>
    secret.length <= MAX_LENGTH && /^[\x20-\x7e]+$/.test(secret)
      ? undefined
      : `it must be ASCII, ${MAX_LENGTH} characters at most`,
  // With a user name and a colon, proxies that parse Basic authentication accept it too.
  generate: (bytes) => `avaza:${bytes.toString('hex')}`,
};

const MAX_LENGTH = 255;
