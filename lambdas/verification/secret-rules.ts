import { decodeSecret, SECRET_FORMS, type SecretEncoding } from './secret-key.ts';

/** How a source's secret is validated and generated. */
export interface SecretRules<Settings> {
  /** Why a secret is invalid, as a sentence that begins with "it"; undefined if it is valid. */
  fault(secret: string, settings: Settings): string | undefined;
  /** Encodes 32 random bytes as a new secret. Absent if the provider generates the secret. */
  generate?(bytes: Buffer, settings: Settings): string;
}

/** A secret whose text is the key. */
export const PLAIN_SECRET: SecretRules<unknown> = {
  fault: () => undefined,
  generate: (bytes) => bytes.toString('hex'),
};

/** A secret that encodes a key by the setting `secretEncoding`. */
export const ENCODED_SECRET: SecretRules<{ readonly secretEncoding: SecretEncoding }> = {
  fault: (secret, { secretEncoding }) =>
    decodeSecret(secret, secretEncoding) === undefined
      ? `it must be ${SECRET_FORMS[secretEncoding]}`
      : undefined,
  generate: (bytes, { secretEncoding }) => {
    if (secretEncoding === 'whsec') return whsec(bytes);
    return bytes.toString(secretEncoding === 'base64' ? 'base64' : 'hex');
  },
};

/** Encodes a key in the format of Standard Webhooks. */
export const whsec = (bytes: Buffer): string => `whsec_${bytes.toString('base64')}`;
