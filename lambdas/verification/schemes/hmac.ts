import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import { type HmacAlgorithm, isAnyHmac } from '../hmac.ts';
import type { Method } from '../scheme.ts';
import { decodeSecret, SECRET_FORMS, type SecretEncoding } from '../secret-key.ts';

/** The key of an HMAC: text, or the bytes that a secret encodes. */
export type HmacKey = string | Buffer;

const keys = (encoding: SecretEncoding) => ({
  readKey: (secret: string): HmacKey | undefined => decodeSecret(secret, encoding),
  keyForm: SECRET_FORMS[encoding],
});

/** An HMAC over the content. */
export const hmacMethod = (algorithm: HmacAlgorithm, encoding: SecretEncoding): Method<HmacKey> => ({
  name: `HMAC with ${algorithm}`,
  form: { kind: 'hmac', algorithm, secretEncoding: encoding },
  ...keys(encoding),
  proves: (key, proofs, [content = Buffer.alloc(0)]) =>
    isAnyHmac(
      proofs.map(({ bytes }) => bytes),
      algorithm,
      key,
      content,
    ),
});

/** A hash over the secret and the content, as of senders that don't use an HMAC: HubSpot's versions 1 and 2. */
export const hashMethod = (algorithm: HmacAlgorithm, encoding: SecretEncoding): Method<HmacKey> => ({
  name: `${algorithm} of secret and content`,
  form: { kind: 'hash', algorithm, secretEncoding: encoding },
  ...keys(encoding),
  proves: (key, proofs, [before = Buffer.alloc(0), ...after]) => {
    const content = Buffer.concat([before, ...after.flatMap((piece) => [Buffer.from(key), piece])]);
    const expected = hash(algorithm, content, 'buffer');
    return proofs.some(({ bytes }) => bytes.length === expected.length && timingSafeEqual(bytes, expected));
  },
});

/** The HMAC of a text, for the answer to a challenge. */
export const signText = (
  algorithm: HmacAlgorithm,
  encoding: 'hex' | 'base64',
  key: HmacKey,
  text: string,
): string => createHmac(algorithm, key).update(text).digest(encoding);
