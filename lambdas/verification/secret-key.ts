import { decodeBase64, decodeExactly } from './signature-text.ts';

/** How a secret encodes its key; `whsec` is the format of Standard Webhooks. */
export const SECRET_ENCODINGS = ['utf8', 'base64', 'hex', 'whsec'] as const;

export type SecretEncoding = (typeof SECRET_ENCODINGS)[number];

/** The key of a secret; undefined if it isn't of that encoding. Base64 may be unpadded, or base64url: it has one key only. */
export const decodeSecret = (secret: string, encoding: SecretEncoding): string | Buffer | undefined => {
  if (encoding === 'utf8') return secret;
  if (encoding === 'whsec') return decodeWhsec(secret);
  return encoding === 'base64' ? decodeBase64(secret) : decodeExactly(secret, encoding);
};

/** The format of each encoding, for the log. */
export const SECRET_FORMS: Readonly<Record<SecretEncoding, string>> = {
  // Stryker disable next-line StringLiteral: every secret is text, so the log never shows this format
  utf8: 'text',
  base64: 'base64',
  hex: 'hex digits, all in lower or all in upper case',
  whsec: 'whsec_ and the base64 of 24 to 64 bytes',
};

/**
 * The bytes of a `whsec_…`; undefined for anything else.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md "Signature scheme"
 */
export const decodeWhsec = (secret: string): Buffer | undefined => {
  const bytes = secret.startsWith('whsec_') ? decodeBase64(secret.slice('whsec_'.length)) : undefined;
  return bytes !== undefined && bytes.length >= 24 && bytes.length <= 64 ? bytes : undefined;
};
