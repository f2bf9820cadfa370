import { createPublicKey, type KeyObject } from 'node:crypto';
import { readPublicPem } from './pem.ts';

/** The algorithms that a token may be pinned to. `none` is not among them. */
export const JWT_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'HS256',
  'HS384',
  'HS512',
] as const;

export type JwtAlgorithm = (typeof JWT_ALGORITHMS)[number];

/** Reads a public key: PEM, or a JWK as JSON text. @returns undefined if it is none, or if it is private. */
export const readJwtKey = (text: string): KeyObject | undefined => {
  try {
    if (!text.trim().startsWith('{')) return readPublicPem(text);
    const jwk = JSON.parse(text);
    return 'd' in jwk ? undefined : createPublicKey({ key: jwk, format: 'jwk' });
  } catch {
    // The errors of the parsers say nothing that "no public key" doesn't.
    return undefined;
  }
};

/** Whether a token of the algorithm can be verified with the key. */
export const isKeyFor = (
  { asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject,
  algorithm: JwtAlgorithm,
): boolean => {
  // As jose demands it. https://www.rfc-editor.org/rfc/rfc7518#section-3.3
  if (/^[RP]S/.test(algorithm)) return type === 'rsa' && (details?.modulusLength ?? 0) >= 2048;
  return algorithm === 'EdDSA' ? type === 'ed25519' : details?.namedCurve === CURVES.get(algorithm);
};

const CURVES: ReadonlyMap<JwtAlgorithm, string> = new Map([
  ['ES256', 'prime256v1'],
  ['ES384', 'secp384r1'],
  ['ES512', 'secp521r1'],
]);
