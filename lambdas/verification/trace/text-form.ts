/** What a text is by its characters: a signature is never shown. */
export type TextForm =
  | {
      readonly is: 'hex' | 'hex in mixed case' | 'base64' | 'unpadded base64' | 'base64url';
      readonly bytes: number;
    }
  | { readonly is: 'text' | 'a JSON Web Token' };

/** The form of a text. Digits and letters a to f count as hex if their number is even. */
export const formOf = (text: string): TextForm => {
  if (/^[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*$/.test(text)) return { is: 'a JSON Web Token' };
  if (/^(?:[0-9a-fA-F]{2})+$/.test(text)) {
    const isMixed = /[a-f]/.test(text) && /[A-F]/.test(text);
    return { is: isMixed ? 'hex in mixed case' : 'hex', bytes: text.length / 2 };
  }
  const bytes = Buffer.from(text, 'base64').length;
  if (/^[A-Za-z0-9+/]+={0,2}$/.test(text)) {
    return { is: text.length % 4 === 0 ? 'base64' : 'unpadded base64', bytes };
  }
  if (/^[A-Za-z0-9_-]+={0,2}$/.test(text)) return { is: 'base64url', bytes };
  return { is: 'text' };
};

/** Texts that senders write before a signature, and the versions of lists. */
const PREFIX =
  /^(?:(?:hmac-?)?sha-?(?:1|256|384|512)[=: ] ?|v\d[a-z]?[=,] ?|(?:Bearer|Basic|Token|HMAC|Signature) )/i;

/** A known text before a signature or a token; empty if there is none. */
export const knownPrefix = (text: string): string => PREFIX.exec(text)?.[0] ?? '';

/** The length of each form of a signature by HMAC, in bytes. */
export const SIGNATURE_BYTES: ReadonlySet<number> = new Set([20, 32, 48, 64]);
