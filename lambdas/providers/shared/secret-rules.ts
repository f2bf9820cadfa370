import { decodeSecret, SECRET_FORMS, type SecretEncoding } from './secret-key.ts';

/** What a secret of a provider's source has to be, and how a new one is made. */
export interface SecretRules<Settings> {
  /** What is wrong with a secret, as a sentence that begins with "it"; undefined where nothing is. */
  fault(secret: string, settings: Settings): string | undefined;
  /**
   * Writes random bytes as a new secret. Absent where the provider makes the secret: another one would verify nothing.
   *
   * @param bytes 32 of them.
   */
  generate?(bytes: Buffer, settings: Settings): string;
}

/** A secret that is used as it is. */
export const PLAIN_SECRET: SecretRules<unknown> = {
  fault: () => undefined,
  generate: (bytes) => bytes.toString('hex'),
};

/** A secret that stands for a key as the setting `secretEncoding` says. */
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

/** Writes bytes as Standard Webhooks writes a key. */
export const whsec = (bytes: Buffer): string => `whsec_${bytes.toString('base64')}`;
