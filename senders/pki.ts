import { createPrivateKey, generateKeyPair, type KeyObject, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createSecureContext, type SecureContext } from 'node:tls';
import { promisify } from 'node:util';
import { authorityCertificate, serverCertificate, signerCertificate } from './certificates.ts';

/** The keys of the simulated providers and SNS, in PEM. They are valid for the local stack only. */
export interface Pki {
  /** The local authority's certificate, which the functions trust on this machine. */
  readonly caCert: string;
  readonly sns: { readonly key: string; readonly cert: string };
  readonly ivvy: { readonly key: string; readonly publicKey: string };
  /** The TLS context of a server, with a certificate of the local authority; created once per name. */
  serverContext(hostname: string): Promise<SecureContext>;
}

/**
 * Reads the PKI from a directory such as `.gatepost/pki`, and creates it first where there is none. Concurrent callers get
 * the same PKI.
 *
 * @throws {Error} where the directory is incomplete.
 */
export const loadPki = async (directory: string): Promise<Pki> => {
  if (await isEmpty(directory)) await makePki(directory);
  const [authorityKey, caCert, snsKey, snsCert, ivvyKey, ivvyPublicKey] = await Promise.all([
    readPem(directory, 'ca.key.pem'),
    readPem(directory, 'ca.cert.pem'),
    readPem(directory, 'sns.key.pem'),
    readPem(directory, 'sns.cert.pem'),
    readPem(directory, 'ivvy.key.pem'),
    readPem(directory, 'ivvy.pub.pem'),
  ]);
  return {
    caCert,
    sns: { key: snsKey, cert: snsCert },
    ivvy: { key: ivvyKey, publicKey: ivvyPublicKey },
    serverContext: serverContexts(createPrivateKey(authorityKey)),
  };
};

const generate = promisify(generateKeyPair);
const newEcKeys = () => generate('ec', { namedCurve: 'P-256' });
const newRsaKeys = () => generate('rsa', { modulusLength: 2048 });

const isEmpty = async (directory: string): Promise<boolean> => {
  try {
    return (await readdir(directory)).length === 0;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return true;
    throw error;
  }
};

const readPem = async (directory: string, name: string): Promise<string> => {
  try {
    return await readFile(join(directory, name), 'utf8');
  } catch (cause) {
    throw new Error(`${directory} has no readable ${name}: delete the directory and start again`, { cause });
  }
};

/** Creates the directory atomically, by a rename, so that no reader sees an incomplete PKI. */
const makePki = async (directory: string): Promise<void> => {
  const files = await makeFiles();
  const made = join(dirname(directory), `.pki-${randomUUID()}`);
  await mkdir(made, { recursive: true });
  try {
    for (const [name, content] of Object.entries(files)) {
      await writeFile(join(made, name), content, { mode: 0o600 });
    }
    await rename(made, directory);
  } catch (error) {
    await rm(made, { recursive: true, force: true });
    // Another process created one at the same time, which is used.
    if (codeOf(error) !== 'ENOTEMPTY' && codeOf(error) !== 'EEXIST') throw error;
  }
};

const makeFiles = async (): Promise<Readonly<Record<string, string>>> => {
  const [authority, sns, ivvy] = await Promise.all([newEcKeys(), newRsaKeys(), newRsaKeys()]);
  return {
    'ca.key.pem': privatePem(authority.privateKey),
    'ca.cert.pem': await authorityCertificate(authority.publicKey, authority.privateKey),
    'sns.key.pem': privatePem(sns.privateKey),
    'sns.cert.pem': await signerCertificate('sns.amazonaws.com', sns.publicKey, authority.privateKey),
    'ivvy.key.pem': privatePem(ivvy.privateKey),
    'ivvy.pub.pem': ivvy.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
};

const privatePem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();

const serverContexts = (authorityKey: KeyObject): Pki['serverContext'] => {
  const keys = newEcKeys();
  const known = new Map<string, Promise<SecureContext>>();
  const create = async (hostname: string): Promise<SecureContext> => {
    const { publicKey, privateKey } = await keys;
    const cert = await serverCertificate([hostname], publicKey, authorityKey);
    return createSecureContext({ key: privatePem(privateKey), cert });
  };
  return (hostname) => {
    const context = known.get(hostname) ?? create(hostname);
    known.set(hostname, context);
    return context;
  };
};

const codeOf = (error: unknown): unknown =>
  Error.isError(error) && 'code' in error ? error.code : undefined;
