import { type SecretRules, whsec } from '../secret-rules.ts';
import { KEYS_FORM, readKeys } from './standard-webhooks-keys.ts';

/** A secret of one or several keys of Standard Webhooks. */
export const STANDARD_WEBHOOKS_SECRET = {
  fault: (secret) => (readKeys(secret) === undefined ? `it must be ${KEYS_FORM}` : undefined),
  generate: whsec,
} as const satisfies SecretRules<unknown>;
