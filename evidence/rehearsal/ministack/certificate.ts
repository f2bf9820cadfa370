import { generateKeyPairSync } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { authorityCertificate, serverCertificate } from '../../../senders/certificates.ts';

/** The files of a TLS server's certificate, in PEM. */
export interface CertificateFiles {
  /** The authority that clients are to trust. */
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

/**
 * Writes a certificate for some host names, and the authority that signed it. The authority's key is not kept, so it can sign
 * nothing else.
 */
export const writeCertificate = async (
  directory: string,
  hostnames: readonly string[],
): Promise<CertificateFiles> => {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const server = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const files: CertificateFiles = {
    authority: join(directory, 'authority.pem'),
    certificate: join(directory, 'server.pem'),
    key: join(directory, 'server.key.pem'),
  };
  await mkdir(directory, { recursive: true });
  await writeFile(files.authority, await authorityCertificate(authority.publicKey, authority.privateKey));
  await writeFile(
    files.certificate,
    await serverCertificate(hostnames, server.publicKey, authority.privateKey),
  );
  await writeFile(files.key, server.privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  return files;
};
