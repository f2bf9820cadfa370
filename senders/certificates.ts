import type { KeyObject } from 'node:crypto';
import { isIP } from 'node:net';
import type { Extension } from '@peculiar/x509';

/** A new certificate, valid for ten years: longer than a `.gatepost` directory is kept. */
interface Order {
  readonly subject: string;
  readonly publicKey: KeyObject;
  /** The authority's private key, an EC key on P-256. */
  readonly authorityKey: KeyObject;
  readonly extensions: (x509: X509) => Extension[];
}

type X509 = typeof import('@peculiar/x509');

/** @returns the authority's certificate, PEM. */
export const authorityCertificate = (publicKey: KeyObject, authorityKey: KeyObject): Promise<string> =>
  issue({
    subject: AUTHORITY,
    publicKey,
    authorityKey,
    extensions: ({ BasicConstraintsExtension, KeyUsagesExtension, KeyUsageFlags }) => [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
    ],
  });

/** @param hostnames or addresses. @returns a certificate for a TLS server, PEM. */
export const serverCertificate = (
  hostnames: readonly string[],
  publicKey: KeyObject,
  authorityKey: KeyObject,
): Promise<string> =>
  issue({
    // Clients check the name in the extension. This one may have 64 characters at most.
    subject: 'CN=Gatepost local stack',
    publicKey,
    authorityKey,
    extensions: ({ ExtendedKeyUsage, ExtendedKeyUsageExtension, SubjectAlternativeNameExtension }) => [
      new SubjectAlternativeNameExtension(
        hostnames.map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value })),
      ),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
    ],
  });

/** @returns a certificate for signing messages, PEM. */
export const signerCertificate = (
  commonName: string,
  publicKey: KeyObject,
  authorityKey: KeyObject,
): Promise<string> =>
  issue({
    subject: `CN=${commonName}`,
    publicKey,
    authorityKey,
    extensions: ({ KeyUsagesExtension, KeyUsageFlags }) => [
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    ],
  });

const AUTHORITY = 'CN=Gatepost local authority';
const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 24 * 60 * 60_000;

const issue = async ({ subject, publicKey, authorityKey, extensions }: Order): Promise<string> => {
  const x509 = await loadX509();
  const certificate = await x509.X509CertificateGenerator.create({
    subject,
    issuer: AUTHORITY,
    // Tolerates wrong clocks.
    notBefore: new Date(Date.now() - DAY_MS),
    notAfter: new Date(Date.now() + 3650 * DAY_MS),
    publicKey: new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })),
    signingKey: authorityKey.toCryptoKey(ECDSA, true, ['sign']),
    signingAlgorithm: ECDSA,
    extensions: extensions(x509),
  });
  return `${certificate.toString('pem')}\n`;
};

/**
 * Loads the library on demand: it takes 0.2 s. Its dependency tsyringe does not load without the API of `reflect-metadata`,
 * but the library is compiled without metadata. Three empty functions replace that package.
 */
const loadX509 = async (): Promise<X509> => {
  if (!('getMetadata' in Reflect)) {
    const none = () => undefined;
    Object.assign(Reflect, { getMetadata: none, getOwnMetadata: none, defineMetadata: none });
  }
  return import('@peculiar/x509');
};
