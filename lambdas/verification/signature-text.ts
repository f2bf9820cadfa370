// How a signature is written: hex or base64.

export type SignatureEncoding = 'hex' | 'base64';

export interface ReadSignature {
  readonly bytes: Buffer;
  readonly encoding: SignatureEncoding;
}

/**
 * Decodes strictly: hex digits all in lower or all in upper case, or canonical padded base64. Except for the case of hex,
 * the same bytes have only one encoding.
 *
 * @returns undefined for anything else.
 */
export const decodeExactly = (text: string, encoding: SignatureEncoding): Buffer | undefined => {
  if (encoding === 'hex') {
    return text.length % 2 === 0 && /^([0-9a-f]+|[0-9A-F]+)$/.test(text)
      ? Buffer.from(text, 'hex')
      : undefined;
  }
  const bytes = Buffer.from(text, 'base64');
  return text !== '' && bytes.toString('base64') === text ? bytes : undefined;
};

/**
 * Decodes a signature whose encoding is not documented: hex in either case, or base64 or base64url with or without padding.
 * The known length decides between them.
 *
 * @param bytes the length of the signature.
 * @returns undefined for anything else, including base64 that is not canonical.
 */
export const readSignature = (text: string, bytes: number): ReadSignature | undefined => {
  if (text.length === bytes * 2 && /^[0-9a-fA-F]+$/.test(text)) {
    return { bytes: Buffer.from(text, 'hex'), encoding: 'hex' };
  }
  const decoded = decodeBase64(text);
  return decoded?.length === bytes ? { bytes: decoded, encoding: 'base64' } : undefined;
};

/**
 * Decodes base64 or base64url, with or without padding.
 *
 * @returns undefined for anything else, including base64 that is not canonical.
 */
export const decodeBase64 = (text: string): Buffer | undefined => {
  if (!/^([A-Za-z0-9+/]+|[A-Za-z0-9_-]+)={0,2}$/.test(text)) return undefined;
  const plain = text.replaceAll('-', '+').replaceAll('_', '/');
  const padded = plain.includes('=') ? plain : plain.padEnd(Math.ceil(plain.length / 4) * 4, '=');
  // Stryker disable next-line StringLiteral: every encoding other than hex is decoded as base64
  return decodeExactly(padded, 'base64');
};
