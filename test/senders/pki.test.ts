import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadPki, type Pki } from '../../senders/pki.ts';

const FILES = ['ca.cert.pem', 'ca.key.pem', 'ivvy.key.pem', 'ivvy.pub.pem', 'sns.cert.pem', 'sns.key.pem'];

let home: string;
let directory: string;
let first: Pki;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'gatepost-pki-'));
  directory = join(home, 'new', 'pki');
  first = await loadPki(directory);
});
afterAll(() => rm(home, { recursive: true }));

const content = (folder: string) => Promise.all(FILES.map((name) => readFile(join(folder, name), 'utf8')));

describe('the PKI of the local stack', () => {
  test('is made where there is none, and leaves nothing else behind', async () => {
    expect((await readdir(directory)).sort()).toEqual(FILES);
    expect(await readdir(join(home, 'new'))).toEqual(['pki']);
  });

  test('is kept ever after', async () => {
    const before = await content(directory);
    const { caCert, sns, ivvy } = await loadPki(directory);
    expect(await content(directory)).toEqual(before);
    expect({ caCert, sns, ivvy }).toEqual({ caCert: first.caCert, sns: first.sns, ivvy: first.ivvy });
  });

  test('is one and the same for all that start at once', async () => {
    const contested = join(home, 'contested', 'pki');
    const loaded = await Promise.all([loadPki(contested), loadPki(contested), loadPki(contested)]);
    expect(new Set(loaded.map(({ caCert, sns, ivvy }) => JSON.stringify([caCert, sns, ivvy]))).size).toBe(1);
    expect(await readdir(join(home, 'contested'))).toEqual(['pki']);
    const ca = new X509Certificate(loaded[0].caCert);
    expect(ca.checkPrivateKey(createPrivateKey(await readFile(join(contested, 'ca.key.pem'))))).toBe(true);
  });

  test('can be read by nobody else', async () => {
    for (const name of FILES) expect((await stat(join(directory, name))).mode & 0o077).toBe(0);
  });

  test('that lacks a file is not mended behind the back of whoever uses it', async () => {
    const partial = join(home, 'partial');
    await mkdir(partial);
    await writeFile(join(partial, 'ca.key.pem'), 'half of it');
    await expect(loadPki(partial)).rejects.toThrow(/partial has no readable .*delete the directory/);
  });

  test('has keys and certificates that belong together', () => {
    const now = Date.now();
    const ca = new X509Certificate(first.caCert);
    const sns = new X509Certificate(first.sns.cert);
    expect(ca.ca).toBe(true);
    expect(sns.subject).toBe('CN=sns.amazonaws.com');
    expect(sns.checkIssued(ca) && sns.verify(ca.publicKey)).toBe(true);
    expect(sns.checkPrivateKey(createPrivateKey(first.sns.key))).toBe(true);
    for (const { validFromDate, validToDate } of [ca, sns]) {
      expect(validFromDate.getTime()).toBeLessThan(now);
      expect(validToDate.getTime()).toBeGreaterThan(now + 5 * 365 * 24 * 60 * 60_000);
    }
    const ivvy = createPublicKey(first.ivvy.publicKey);
    expect(ivvy.asymmetricKeyDetails?.modulusLength).toBe(2048);
    expect(createPublicKey(first.ivvy.key).equals(ivvy)).toBe(true);
  });

  test('makes what a host needs once', async () => {
    const [one, again, other] = await Promise.all(
      ['sns.us-east-1.amazonaws.com', 'sns.us-east-1.amazonaws.com', 'example.com'].map(first.serverContext),
    );
    expect(again).toBe(one);
    expect(other).not.toBe(one);
  });
});
