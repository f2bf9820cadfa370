import { Rejection } from '../../core/rejection.ts';
import { decodeExactly } from './hmac-signature.ts';
import type { SecretCheck } from './secret-check.ts';

/** How a secret stands for the bytes of a key: as it is, or encoded, or as Standard Webhooks writes it. */
export const SECRET_ENCODINGS = ['utf8', 'base64', 'hex', 'whsec'] as const;

export type SecretEncoding = (typeof SECRET_ENCODINGS)[number];

/**
 * Does as {@link SecretCheck}, with what the secret stands for. A secret that can't be read counts as one that isn't set:
 * the provider is to come again, and the log says what is wrong.
 *
 * @param read gives undefined for a secret that is not of the form.
 * @param form what a secret has to be, for the log.
 * @throws {Rejection} `secret-unavailable` or `secret-unset`.
 */
export const checkKey = async <Key>(
  secrets: SecretCheck,
  read: (secret: string) => Key | undefined,
  form: string,
  passes: (key: Key) => boolean,
): Promise<boolean> => {
  let readable = false;
  const passed = await secrets((secret) => {
    const key = read(secret);
    if (key === undefined) return false;
    readable = true;
    return passes(key);
  });
  if (!readable) throw new Rejection('secret-unset', `the secret is not ${form}`);
  return passed;
};

/** The key that a secret stands for, text or bytes; undefined where it isn't of that encoding. */
export const decodeSecret = (secret: string, encoding: SecretEncoding): string | Buffer | undefined => {
  if (encoding === 'utf8') return secret;
  if (encoding === 'whsec') return decodeWhsec(secret);
  return decodeExactly(secret, encoding);
};

/** What a secret of each encoding has to be, for the log. */
export const SECRET_FORMS: Readonly<Record<SecretEncoding, string>> = {
  // Stryker disable next-line StringLiteral: every secret is text, so the log never shows this form
  utf8: 'text',
  base64: 'base64',
  hex: 'hex digits, all in lower or all in upper case',
  whsec: 'whsec_ and the base64 of 24 to 64 bytes',
};

/**
 * The bytes of a `whsec_…`; undefined where it isn't one.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md "Signature scheme"
 */
export const decodeWhsec = (secret: string): Buffer | undefined => {
  const bytes = secret.startsWith('whsec_')
    ? decodeExactly(
        secret.slice('whsec_'.length),
        // Stryker disable next-line StringLiteral: every encoding other than hex is decoded as base64
        'base64',
      )
    : undefined;
  return bytes !== undefined && bytes.length >= 24 && bytes.length <= 64 ? bytes : undefined;
};
