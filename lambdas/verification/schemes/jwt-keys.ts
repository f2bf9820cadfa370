import { createPublicKey, type KeyObject } from 'node:crypto';

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

/** A public key of the settings, with its id if it has one. */
export interface JwtKey {
  readonly key: KeyObject;
  readonly kid?: string | undefined;
}

/** Reads a public key: PEM, or a JWK as JSON text. @returns undefined if it is none, or if it is private. */
export const readJwtKey = (text: string): JwtKey | undefined => {
  try {
    if (!text.trim().startsWith('{')) return { key: createPublicKey(text) };
    const jwk = JSON.parse(text);
    if ('d' in jwk) return undefined;
    return { key: createPublicKey({ key: jwk, format: 'jwk' }), kid: jwk.kid };
  } catch {
    // The errors of the parsers say nothing that "no public key" doesn't.
    return undefined;
  }
};
