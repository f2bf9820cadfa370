import { constants, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseSettings } from '../../../../lambdas/core/source.ts';
import { publicKey } from '../../../../lambdas/providers/public-key/public-key.ts';
import {
  type PublicKeyOptions,
  publicKeySettings,
} from '../../../../lambdas/providers/public-key/settings.ts';
import {
  PUBLIC_KEY_ALGORITHMS,
  type PublicKeyAlgorithm,
  readPublicKey,
} from '../../../../lambdas/verification/schemes/public-key.ts';
import { aRequest, RECEIVED_AT } from '../../support/deliveries.ts';
import { reasonOf } from '../../support/rejections.ts';
import { expectEveryChangeToCount, secretsOf } from '../../support/tampering.ts';
import { utf8Text } from '../../support/text.ts';

interface Pair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 });
const OTHER_RSA = generateKeyPairSync('rsa', { modulusLength: 2048 });
const P256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const OTHER_P256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const P384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const OTHER_P384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const ED25519 = generateKeyPairSync('ed25519');
const OTHER_ED25519 = generateKeyPairSync('ed25519');

/** A key of each algorithm, another of its kind, and how a sender signs with it: by node:crypto alone. */
const SIGNERS: Readonly<
  Record<PublicKeyAlgorithm, readonly [Pair, Pair, (content: Buffer, key: KeyObject) => Buffer]>
> = {
  'rsa-sha1': [RSA, OTHER_RSA, (content, key) => sign('sha1', content, key)],
  'rsa-sha256': [RSA, OTHER_RSA, (content, key) => sign('sha256', content, key)],
  'rsa-sha512': [RSA, OTHER_RSA, (content, key) => sign('sha512', content, key)],
  'rsa-pss-sha256': [RSA, OTHER_RSA, (content, key) => sign('sha256', content, pss(key, 32))],
  'rsa-pss-sha512': [RSA, OTHER_RSA, (content, key) => sign('sha512', content, pss(key, 64))],
  'ecdsa-sha256': [P256, OTHER_P256, (content, key) => sign('sha256', content, key)],
  'ecdsa-sha384': [P384, OTHER_P384, (content, key) => sign('sha384', content, key)],
  'ecdsa-sha256-p1363': [P256, OTHER_P256, (content, key) => sign('sha256', content, p1363(key))],
  'ecdsa-sha384-p1363': [P384, OTHER_P384, (content, key) => sign('sha384', content, p1363(key))],
  ed25519: [ED25519, OTHER_ED25519, (content, key) => sign(null, content, key)],
};

const pss = (key: KeyObject, saltLength: number) => ({
  key,
  padding: constants.RSA_PKCS1_PSS_PADDING,
  saltLength,
});
const p1363 = (key: KeyObject) => ({ key, dsaEncoding: 'ieee-p1363' as const });

const pem = ({ publicKey: key }: Pair): string => key.export({ type: 'spki', format: 'pem' }).toString();

const TIME = String(RECEIVED_AT.getTime() / 1000);
const BODY = '{"type":"a.created","id":1}';

const optionsFor = (algorithm: PublicKeyAlgorithm): PublicKeyOptions => ({
  name: 'acme',
  catalogue: { 'a.created': 'a.created' },
  signature: 'header:x-signature',
  algorithm,
  publicKeys: [pem(SIGNERS[algorithm][0])],
  signedContent: '{x-time}.{body}',
  timestamp: 'header:x-time',
  timestampUnit: 'seconds',
  eventName: 'body:type',
});

const settingsOf = (algorithm: PublicKeyAlgorithm, options: Partial<PublicKeyOptions> = {}) =>
  parseSettings(publicKeySettings, 'acme', { ...optionsFor(algorithm), ...options });

const signed = (
  algorithm: PublicKeyAlgorithm,
  body: string | Buffer = BODY,
  { encoding = 'base64' as 'hex' | 'base64', pair = SIGNERS[algorithm][0], time = TIME } = {},
) => {
  const content = Buffer.concat([Buffer.from(`${time}.`), Buffer.from(body)]);
  const signature = SIGNERS[algorithm][2](content, pair.privateKey).toString(encoding);
  return aRequest(body, { headers: { 'x-time': time, 'x-signature': signature } });
};

/** No source of this provider has a secret. */
const authenticate = (
  request: ReturnType<typeof signed>,
  algorithm: PublicKeyAlgorithm,
  options: Partial<PublicKeyOptions> = {},
) => publicKey.authenticate(request, settingsOf(algorithm, options), secretsOf());

describe.each(PUBLIC_KEY_ALGORITHMS)('%s', (algorithm) => {
  test('whatever the sender signs is accepted', () =>
    fc.assert(
      fc.asyncProperty(
        utf8Text(),
        fc.integer({ min: -300, max: 300 }),
        fc.constantFrom('hex' as const, 'base64' as const),
        async (text, age, encoding) => {
          const time = String(Number(TIME) - age);
          const request = signed(algorithm, JSON.stringify({ type: 'a', text }), { encoding, time });
          expect(await reasonOf(() => authenticate(request, algorithm, { encoding }))).toBeUndefined();
        },
      ),
      { numRuns: 40 },
    ));

  test.each(['hex', 'base64'] as const)('in %s counts to the last bit', (encoding) =>
    expectEveryChangeToCount({
      provider: publicKey,
      settings: settingsOf(algorithm, { encoding }),
      request: signed(algorithm, BODY, { encoding }),
      signedHeaders: ['x-signature', 'x-time'],
    }),
  );

  test('of another key, or of no key, is none', async () => {
    const [, other] = SIGNERS[algorithm];
    const reason = (request: ReturnType<typeof signed>) => reasonOf(() => authenticate(request, algorithm));
    expect(await reason(signed(algorithm, BODY, { pair: other }))).toBe('signature-mismatch');
    expect(await reason(aRequest(BODY, { headers: { 'x-time': TIME } }))).toBe('signature-missing');
    for (const length of [1, 32, 64, 96, 128, 256, 4_096]) {
      for (const byte of [0, 0xff]) {
        const signature = Buffer.alloc(length, byte).toString('base64');
        const request = aRequest(BODY, { headers: { 'x-time': TIME, 'x-signature': signature } });
        expect(await reason(request)).toBe('signature-mismatch');
      }
    }
  });

  test('is no other algorithm with the same key, and no other encoding', async () => {
    for (const other of PUBLIC_KEY_ALGORITHMS.filter((each) => each !== algorithm)) {
      if (SIGNERS[other][0] !== SIGNERS[algorithm][0]) continue;
      expect(await reasonOf(() => authenticate(signed(other), algorithm))).toBe('signature-mismatch');
    }
    const hex = signed(algorithm, BODY, { encoding: 'hex' });
    expect(await reasonOf(() => authenticate(hex, algorithm))).toMatch(/^signature-(malformed|mismatch)$/);
    expect(await reasonOf(() => authenticate(signed(algorithm), algorithm, { encoding: 'hex' }))).toBe(
      'signature-malformed',
    );
  });

  test('is accepted from each of several keys', async () => {
    const [one, other] = SIGNERS[algorithm];
    const publicKeys = [pem(other), pem(one)];
    for (const pair of [one, other]) {
      const request = signed(algorithm, BODY, { pair });
      expect(await reasonOf(() => authenticate(request, algorithm, { publicKeys }))).toBeUndefined();
    }
  });

  test('is older than is tolerated: stale, and ahead: future', async () => {
    const at = (time: number) =>
      reasonOf(() => authenticate(signed(algorithm, BODY, { time: String(time) }), algorithm));
    expect(await at(Number(TIME) - 301)).toBe('stale');
    expect(await at(Number(TIME) + 301)).toBe('future');
  });
});

test('a PSS signature with a salt of another length is none', async () => {
  const content = Buffer.from(`${TIME}.${BODY}`);
  const signature = sign('sha256', content, pss(RSA.privateKey, 20)).toString('base64');
  const request = aRequest(BODY, { headers: { 'x-time': TIME, 'x-signature': signature } });
  expect(await reasonOf(() => authenticate(request, 'rsa-pss-sha256'))).toBe('signature-mismatch');
});

describe('a public key', () => {
  const raw = Buffer.from(ED25519.publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  const der = (pair: Pair) => pair.publicKey.export({ type: 'spki', format: 'der' });

  test.each<readonly [string, PublicKeyAlgorithm, string, Pair]>([
    ['PEM of RSA', 'rsa-sha256', pem(RSA), RSA],
    ['PEM with white space around it', 'rsa-sha256', `\n${pem(RSA)}\n`, RSA],
    ['PEM in PKCS #1', 'rsa-sha256', RSA.publicKey.export({ type: 'pkcs1', format: 'pem' }).toString(), RSA],
    ['base64 of DER', 'ecdsa-sha256', der(P256).toString('base64'), P256],
    ['hex of DER', 'ecdsa-sha256', der(P256).toString('hex'), P256],
    ['PEM of ed25519', 'ed25519', pem(ED25519), ED25519],
    ['32 bytes in hex', 'ed25519', raw.toString('hex'), ED25519],
    ['32 bytes in base64', 'ed25519', raw.toString('base64'), ED25519],
    ['32 bytes in base64url', 'ed25519', raw.toString('base64url'), ED25519],
  ])('may be %s', (_, algorithm, text, pair) => {
    expect(readPublicKey(text, algorithm)?.equals(pair.publicKey)).toBe(true);
  });

  test.each<readonly [string, PublicKeyAlgorithm, string]>([
    ['of another type', 'ed25519', pem(RSA)],
    ['of another type', 'rsa-sha256', pem(P256)],
    ['of another type', 'ecdsa-sha256', raw.toString('hex')],
    ['cut off', 'rsa-sha256', pem(RSA).slice(0, 200)],
    ['empty', 'ed25519', ''],
    ['a text', 'ed25519', 'the public key'],
    ['31 bytes', 'ed25519', raw.subarray(1).toString('hex')],
    // Settings are no place for it.
    ['private', 'rsa-sha256', RSA.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
    ['private, in PKCS #1', 'rsa-sha256', RSA.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()],
    [
      'private, of a curve',
      'ecdsa-sha256',
      P256.privateKey.export({ type: 'sec1', format: 'pem' }).toString(),
    ],
    [
      'private, in DER',
      'ed25519',
      ED25519.privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
    ],
    [
      'public, with the private one behind it',
      'ed25519',
      pem(ED25519) + ED25519.privateKey.export({ type: 'pkcs8', format: 'pem' }),
    ],
  ])('is none if it is %s (%s)', (_, algorithm, text) => {
    expect(readPublicKey(text, algorithm)).toBeUndefined();
    expect(() => settingsOf(algorithm, { publicKeys: [text] })).toThrow(
      'Source "acme": publicKeys: must be a list of public keys of that algorithm',
    );
  });
});

describe('settings that are wrong say what would be right', () => {
  test.each<readonly [Readonly<Record<string, unknown>>, string]>([
    [{ algorithm: 'rsa-md5' }, 'algorithm: must be one of "rsa-sha1"'],
    [{ algorithm: undefined }, 'algorithm: must be one of'],
    [{ publicKeys: [] }, 'publicKeys: must be a list of public keys'],
    [{ publicKeys: pem(ED25519) }, 'publicKeys: must be a list of public keys'],
    [
      { signedContent: '{secret}{body}', timestamp: undefined, timestampUnit: undefined },
      'signedContent: must not have {secret}',
    ],
    [{ signature: 'x-signature' }, 'signature: must be the place of the proof'],
    [{ signature: 'item:signature' }, 'items: must be the place of the list'],
    [
      { handshake: { at: 'body:type', is: 'x', answer: { a: 'hmac:body:challenge' } } },
      'handshake: must have no hmac: in its answer',
    ],
    [
      { handshake: { method: 'GET', secretAt: 'query:token', answer: 'query:challenge' } },
      'handshake: must have no secretAt: the source has no secret',
    ],
    [{ encoding: 'base32' }, 'encoding: must be "hex" or "base64"'],
  ])('%j', (options, message) => {
    expect(() => parseSettings(publicKeySettings, 'acme', { ...optionsFor('ed25519'), ...options })).toThrow(
      `Source "acme": ${message}`,
    );
  });
});

/** The worked example of RFC 8032, 7.1, TEST 3: a signer that is independent of Node. */
test('RFC 8032’s own signature verifies', async () => {
  const key = 'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025';
  const signature =
    '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a';
  const given = (body: string) =>
    authenticate(aRequest(Buffer.from(body, 'hex'), { headers: { 'x-signature': signature } }), 'ed25519', {
      publicKeys: [key],
      encoding: 'hex',
      signedContent: 'raw',
      timestamp: undefined,
      timestampUnit: undefined,
    });
  // Genuine, though nothing that can be read.
  expect(await given('af82')).toEqual({ outcome: 'accepted' });
  expect(await reasonOf(() => given('af83'))).toBe('signature-mismatch');
});
