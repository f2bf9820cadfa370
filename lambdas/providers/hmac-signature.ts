import { createHmac, timingSafeEqual } from 'node:crypto';

/** How the bytes of a signature are written in a header. */
export type SignatureEncoding = 'hex' | 'base64';

/** A signature as read from a header. */
export interface ReadSignature {
  readonly bytes: Buffer;
  readonly encoding: SignatureEncoding;
}

/**
 * Reads a signature of a known length: hex digits in either case, or base64 or base64url with or without padding. A text
 * that could be several things is read as the only one of the right length.
 *
 * @param bytes the length of the signature, in bytes.
 * @returns undefined for anything else; also for base64 whose last bits say more than its bytes hold.
 */
export const readSignature = (text: string, bytes: number): ReadSignature | undefined => {
  if (text.length === bytes * 2 && /^[0-9a-fA-F]+$/.test(text)) {
    return { bytes: Buffer.from(text, 'hex'), encoding: 'hex' };
  }
  if (!/^([A-Za-z0-9+/]+|[A-Za-z0-9_-]+)={0,2}$/.test(text)) return undefined;
  const decoded = Buffer.from(text, 'base64');
  const [padded, bare] = [decoded.toString('base64'), decoded.toString('base64').replace(/=+$/, '')];
  const plain = text.replaceAll('-', '+').replaceAll('_', '/');
  return decoded.length === bytes && (plain === padded || plain === bare)
    ? { bytes: decoded, encoding: 'base64' }
    : undefined;
};

/** Whether the signature is the HMAC of the content, compared in constant time. */
export const isHmac = (
  signature: Buffer,
  algorithm: 'sha1' | 'sha256' | 'sha512',
  secret: string | Buffer,
  content: Buffer,
): boolean => {
  const expected = createHmac(algorithm, secret).update(content).digest();
  return signature.length === expected.length && timingSafeEqual(signature, expected);
};
