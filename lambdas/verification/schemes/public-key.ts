import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { Method } from '../scheme.ts';
import { decodeBase64, decodeExactly } from '../signature-text.ts';
import { readPublicPem } from './pem.ts';

type Padding = 'pkcs1' | 'pss';
type Form = 'der' | 'ieee-p1363';

interface Algorithm {
  /** Node's name of the key's type. */
  readonly keyType: 'rsa' | 'ec' | 'ed25519';
  readonly hash: string | null;
  readonly padding?: Padding;
  /** ECDSA's two numbers: as ASN.1 DER, or one after the other. */
  readonly form?: Form;
}

const rsa = (hash: string, padding: Padding): Algorithm => ({ keyType: 'rsa', hash, padding });
const ecdsa = (hash: string, form: Form): Algorithm => ({ keyType: 'ec', hash, form });

const ALGORITHMS = {
  'rsa-sha1': rsa('sha1', 'pkcs1'),
  'rsa-sha256': rsa('sha256', 'pkcs1'),
  'rsa-sha512': rsa('sha512', 'pkcs1'),
  'rsa-pss-sha256': rsa('sha256', 'pss'),
  'rsa-pss-sha512': rsa('sha512', 'pss'),
  'ecdsa-sha256': ecdsa('sha256', 'der'),
  'ecdsa-sha384': ecdsa('sha384', 'der'),
  'ecdsa-sha256-p1363': ecdsa('sha256', 'ieee-p1363'),
  'ecdsa-sha384-p1363': ecdsa('sha384', 'ieee-p1363'),
  ed25519: { keyType: 'ed25519', hash: null },
} as const satisfies Readonly<Record<string, Algorithm>>;

export type PublicKeyAlgorithm = keyof typeof ALGORITHMS;

export const PUBLIC_KEY_ALGORITHMS = Object.keys(ALGORITHMS) as readonly PublicKeyAlgorithm[];

/** A signature that the sender makes with a private key. */
export const publicKeyMethod = (
  algorithm: PublicKeyAlgorithm,
  publicKeys: readonly KeyObject[],
): Method<KeyObject> => {
  const { hash, ...options }: Algorithm = ALGORITHMS[algorithm];
  return {
    name: algorithm,
    form: { kind: 'public-key', algorithm },
    publicKeys,
    readKey: (text) => readPublicKey(text, algorithm),
    keyForm: 'a public key',
    proves: (key, proofs, [content = Buffer.alloc(0)]) => {
      const verifier = { key, ...paddingOf(options), ...(options.form && { dsaEncoding: options.form }) };
      return proofs.some(({ bytes }) => verify(hash, content, verifier, bytes));
    },
  };
};

/** A PSS salt has the length of the hash, as every sender makes it. */
const paddingOf = ({ padding }: Pick<Algorithm, 'padding'>) =>
  padding === 'pss'
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    : {};

/**
 * Reads a public key: PEM, of a key or of a certificate; base64 of its DER; for ed25519 also the 32 bytes in hex or base64.
 *
 * @returns undefined if it is none, or not of the algorithm.
 */
export const readPublicKey = (text: string, algorithm: PublicKeyAlgorithm): KeyObject | undefined => {
  const key = anyKey(text.trim());
  return key?.asymmetricKeyType === ALGORITHMS[algorithm].keyType ? key : undefined;
};

const anyKey = (text: string): KeyObject | undefined => {
  try {
    if (text.startsWith('-----BEGIN ')) return readPublicPem(text);
    const bytes = decodeExactly(text, 'hex') ?? decodeBase64(text);
    if (bytes === undefined) return undefined;
    if (bytes.length !== ED25519_KEY_BYTES)
      return createPublicKey({ key: bytes, format: 'der', type: 'spki' });
    return createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: bytes.toString('base64url') },
      format: 'jwk',
    });
  } catch {
    // OpenSSL's error says nothing that "no key of that type" doesn't.
    return undefined;
  }
};

const ED25519_KEY_BYTES = 32;
