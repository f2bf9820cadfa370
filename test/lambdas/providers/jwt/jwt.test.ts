import { createHmac, generateKeyPairSync, hash, type KeyObject, sign } from 'node:crypto';
import https from 'node:https';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SignJWT } from 'jose';
import { parseSettings } from '../../../../lambdas/core/source.ts';
import { type JwtOptions, jwtSettings } from '../../../../lambdas/providers/jwt/settings.ts';
import { hasSecret } from '../../../../lambdas/providers/provider.ts';
import { JWT_ALGORITHMS, type JwtAlgorithm } from '../../../../lambdas/verification/schemes/jwt-keys.ts';
import { OutsideAgent } from '../../../../local/functions/outside-agent.ts';
import { listen, stopListening } from '../../../../local/support/listen.ts';
import { aRequest, RECEIVED_AT } from '../../support/deliveries.ts';
import { jwt } from '../../support/jwt.ts';
import { reasonOf } from '../../support/rejections.ts';
import { changedBytes, changedText, secretsOf } from '../../support/tampering.ts';
import { utf8Text } from '../../support/text.ts';
import { startWorld, type World } from '../../support/world.ts';

const SECRET = 'a-secret-of-the-sender-of-tokens-'.repeat(2);
const NOW = RECEIVED_AT.getTime() / 1000;
const BODY = '{"type":"a.created","id":1}';

const pairs = () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const curve = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });
  return {
    rsa,
    ES256: curve('P-256'),
    ES384: curve('P-384'),
    ES512: curve('P-521'),
    EdDSA: generateKeyPairSync('ed25519'),
  };
};
const OWN = pairs();
const STRANGE = pairs();

const isSymmetric = (algorithm: JwtAlgorithm): boolean => algorithm.startsWith('HS');
const pairOf = (algorithm: JwtAlgorithm, of = OWN) =>
  /^[RP]S/.test(algorithm) ? of.rsa : of[algorithm as 'ES256'];
const pem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();

const optionsFor = (algorithm: JwtAlgorithm): JwtOptions => ({
  name: 'bank',
  catalogue: { 'a.created': 'a.created' },
  token: 'header:authorization',
  prefix: 'Bearer ',
  algorithms: [algorithm],
  ...(!isSymmetric(algorithm) && { publicKeys: [pem(pairOf(algorithm).publicKey)] }),
  bodyHashClaim: 'body_sha256',
  eventName: 'body:type',
});

const settingsOf = (algorithm: JwtAlgorithm, options: Partial<JwtOptions> = {}) =>
  parseSettings(jwtSettings, 'bank', { ...optionsFor(algorithm), ...options });

interface Made {
  readonly body?: string;
  readonly claims?: object;
  readonly header?: object;
  readonly key?: KeyObject | Uint8Array;
}

const keyFor = (algorithm: JwtAlgorithm, of = OWN): KeyObject | Uint8Array =>
  isSymmetric(algorithm) ? Buffer.from(SECRET) : pairOf(algorithm, of).privateKey;

/** A token as jose makes it. */
const tokenBy = (
  algorithm: JwtAlgorithm,
  { body = BODY, claims = {}, header = {}, key = keyFor(algorithm) }: Made = {},
) =>
  new SignJWT({ iat: NOW, body_sha256: hash('sha256', body), ...claims })
    .setProtectedHeader({ alg: algorithm, ...header })
    .sign(key);

const withToken = (token: string, body: string | Buffer = BODY) =>
  aRequest(body, { headers: { authorization: `Bearer ${token}` } });

const authenticate = (
  request: ReturnType<typeof withToken>,
  algorithm: JwtAlgorithm,
  options: Partial<JwtOptions> = {},
) =>
  jwt.authenticate(
    request,
    settingsOf(algorithm, options),
    isSymmetric(algorithm) ? secretsOf(SECRET) : secretsOf(),
  );

const reason = async (algorithm: JwtAlgorithm, made: Made = {}, options: Partial<JwtOptions> = {}) => {
  const token = await tokenBy(algorithm, made);
  return reasonOf(() => authenticate(withToken(token, made.body), algorithm, options));
};

/** A token of these parts, whatever they are. */
const handmade = (header: object, claims: object, signature: (content: string) => string): string => {
  const content = [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${content}.${signature(content)}`;
};
const CLAIMS = { iat: NOW, body_sha256: hash('sha256', BODY) };

describe.each(JWT_ALGORITHMS)('%s', (algorithm) => {
  test('what the sender signs is accepted, whatever the body', () =>
    fc.assert(
      fc.asyncProperty(utf8Text(), async (text) => {
        expect(await reason(algorithm, { body: JSON.stringify({ type: 'a', text }) })).toBeUndefined();
      }),
      { numRuns: 30 },
    ));

  test('any change of the token or the body counts', async () => {
    const token = await tokenBy(algorithm);
    const same = (other: string) => Buffer.from(other.split('.')[2] ?? '', 'base64url').toString('base64url');
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          // The last character has bits that no byte is made of: such a text is the same token.
          changedText(token)
            .filter(
              (other) =>
                !(
                  other.startsWith(token.slice(0, token.lastIndexOf('.') + 1)) && same(other) === same(token)
                ),
            )
            .map((other) => withToken(other)),
          changedBytes(Buffer.from(BODY)).map((body) => withToken(token, body)),
        ),
        async (request) => (await reasonOf(() => authenticate(request, algorithm))) !== undefined,
      ),
      { numRuns: 300 },
    );
  });

  test('by another key is none', async () => {
    const key = isSymmetric(algorithm) ? Buffer.from(`${SECRET}x`) : keyFor(algorithm, STRANGE);
    expect(await reason(algorithm, { key })).toBe('signature-mismatch');
  });

  test('is no other algorithm', async () => {
    for (const other of JWT_ALGORITHMS.filter((each) => each !== algorithm)) {
      const token = await tokenBy(other);
      expect(await reasonOf(() => authenticate(withToken(token), algorithm))).toBe(
        isSymmetric(algorithm) ? 'signature-mismatch' : 'signature-malformed',
      );
    }
  });

  test.each(['none', 'None', 'NONE', '', undefined])('is not %j', async (alg) => {
    for (const signature of ['', 'AAAA']) {
      const token = handmade({ alg }, CLAIMS, () => signature);
      expect(await reasonOf(() => authenticate(withToken(token), algorithm))).toMatch(
        /^signature-(malformed|mismatch)$/,
      );
    }
  });
});

test('the public key is no secret', async () => {
  const publicPem = pem(OWN.rsa.publicKey);
  const keys = [publicPem, publicPem.trim(), OWN.rsa.publicKey.export({ type: 'spki', format: 'der' })];
  for (const key of keys) {
    const token = handmade({ alg: 'HS256' }, CLAIMS, (content) =>
      createHmac('sha256', key).update(content).digest('base64url'),
    );
    expect(await reasonOf(() => authenticate(withToken(token), 'RS256'))).toBe('signature-malformed');
  }
});

test('a key in the token’s own header is not used', async () => {
  const jwk = STRANGE.ES256.publicKey.export({ format: 'jwk' });
  const header = {
    alg: 'ES256',
    jwk,
    jku: 'https://attacker.example.com/keys',
    x5u: 'https://attacker.example.com',
  };
  const token = handmade(header, CLAIMS, (content) =>
    sign('sha256', Buffer.from(content), {
      key: STRANGE.ES256.privateKey,
      dsaEncoding: 'ieee-p1363',
    }).toString('base64url'),
  );
  expect(await reasonOf(() => authenticate(withToken(token), 'ES256'))).toBe('signature-mismatch');
});

describe('what is missing or malformed', () => {
  test.each<readonly [string, string]>([
    ['signature-malformed', 'Bearer x'],
    ['signature-malformed', 'Bearer a.b'],
    ['signature-malformed', 'Bearer a.b.c'],
    ['signature-malformed', 'Bearer ..'],
    ['signature-malformed', 'Bearer a.b.c.d.e'],
    ['signature-malformed', 'bearer x'],
    ['signature-malformed', 'x'],
    ['signature-missing', ''],
  ])('%s: %j', async (expected, authorization) => {
    const request = aRequest(BODY, { headers: { authorization } });
    expect(await reasonOf(() => authenticate(request, 'ES256'))).toBe(expected);
    // By a secret every text could be the token, until it is compared.
    expect(await reasonOf(() => authenticate(request, 'HS256'))).toMatch(/^signature-/);
  });

  test('two tokens are none', async () => {
    const token = await tokenBy('ES256');
    const options = { token: ['header:x-a', 'header:x-b'], prefix: '' };
    const headers = { 'x-a': token, 'x-b': token };
    expect(await reasonOf(() => authenticate(aRequest(BODY, { headers }), 'ES256', options))).toBe(
      'signature-malformed',
    );
    expect(
      await reasonOf(() => authenticate(aRequest(BODY, { headers: { 'x-b': token } }), 'ES256', options)),
    ).toBeUndefined();
  });

  test('a critical header that is not known is none', async () => {
    const token = handmade({ alg: 'ES256', crit: ['x'], x: 1 }, CLAIMS, (content) =>
      sign('sha256', Buffer.from(content), { key: OWN.ES256.privateKey, dsaEncoding: 'ieee-p1363' }).toString(
        'base64url',
      ),
    );
    expect(await reasonOf(() => authenticate(withToken(token), 'ES256'))).toBe('signature-malformed');
  });
});

describe.each(['ES256', 'HS256'] as const)('the claims, by %s', (algorithm) => {
  test.each<readonly [string | undefined, object, Partial<JwtOptions>]>([
    [undefined, { exp: NOW + 1 }, {}],
    [undefined, { exp: NOW - 59 }, {}],
    ['stale', { exp: NOW - 60 }, {}],
    [undefined, { nbf: NOW + 60 }, {}],
    ['future', { nbf: NOW + 61 }, {}],
    ['signature-mismatch', { exp: 'soon' }, {}],
    [undefined, { iat: NOW - 300 }, { maxAge: 300 }],
    ['stale', { iat: NOW - 361 }, { maxAge: 300 }],
    ['future', { iat: NOW + 61 }, { maxAge: 300 }],
    ['future', { iat: undefined }, { maxAge: 300 }],
    [undefined, { iat: NOW - 1e6 }, {}],
    [undefined, { iss: 'bank' }, { issuer: 'bank' }],
    ['signature-mismatch', { iss: 'another' }, { issuer: 'bank' }],
    ['signature-mismatch', {}, { issuer: 'bank' }],
    [undefined, { aud: 'us' }, { audience: 'us' }],
    [undefined, { aud: ['them', 'us'] }, { audience: 'us' }],
    ['signature-mismatch', { aud: 'them' }, { audience: 'us' }],
    ['signature-mismatch', {}, { audience: 'us' }],
    ['signature-mismatch', { body_sha256: undefined }, {}],
    ['signature-mismatch', { body_sha256: hash('sha256', 'x') }, {}],
    ['signature-mismatch', { body_sha256: [hash('sha256', BODY)] }, {}],
    ['signature-mismatch', { body_sha256: hash('sha256', BODY).toUpperCase() }, {}],
    [undefined, { body_sha256: undefined }, { bodyHashClaim: undefined }],
  ])('%s: %j by %j', async (expected, claims, options) => {
    expect(await reason(algorithm, { claims }, options)).toBe(expected);
  });
});

test('without the hash of the body, the token says nothing of it: that is said', async () => {
  const options = { bodyHashClaim: undefined };
  const token = await tokenBy('ES256');
  expect(
    await reasonOf(() => authenticate(withToken(token, '{"type":"other"}'), 'ES256', options)),
  ).toBeUndefined();
  expect(jwt.openings(settingsOf('ES256', options)).join()).toContain('does not cover the body');
  expect(jwt.openings(settingsOf('ES256', { maxAge: 300 }))).toEqual([]);
});

test('a secret while it rotates: each is tried', async () => {
  const token = await tokenBy('HS256');
  const settings = settingsOf('HS256');
  const verdict = (...secrets: readonly string[]) =>
    reasonOf(() => jwt.authenticate(withToken(token), settings, secretsOf(...secrets)));
  expect(await verdict('the-new-one', SECRET)).toBeUndefined();
  expect(await verdict('the-new-one')).toBe('signature-mismatch');
});

test('only a source with HS… has a secret', () => {
  expect(hasSecret(jwt as never, settingsOf('HS256') as never)).toBe(true);
  expect(hasSecret(jwt as never, settingsOf('ES256') as never)).toBe(false);
});

describe('several keys', () => {
  const jwk = (key: KeyObject, more = {}) => JSON.stringify({ ...key.export({ format: 'jwk' }), ...more });

  test('are tried in turn, whatever id the token has', async () => {
    const algorithms = ['ES256', 'ES384', 'RS256'] as JwtAlgorithm[];
    const publicKeys = [
      pem(OWN.rsa.publicKey),
      jwk(STRANGE.ES256.publicKey, { kid: '1' }),
      pem(OWN.ES384.publicKey),
      jwk(OWN.ES256.publicKey, { kid: '2' }),
    ];
    for (const header of [{}, { kid: '2' }, { kid: '3' }, { kid: '../../2' }]) {
      expect(await reason('ES256', { header }, { publicKeys, algorithms })).toBeUndefined();
    }
    const others = { publicKeys: publicKeys.slice(0, 3), algorithms };
    expect(await reason('ES256', {}, others)).toBe('signature-mismatch');
  });

  test('are each of one of the algorithms', () => {
    for (const one of JWT_ALGORITHMS.filter((each) => !isSymmetric(each))) {
      for (const other of JWT_ALGORITHMS.filter((each) => !isSymmetric(each))) {
        const publicKeys = [pem(pairOf(one).publicKey), pem(pairOf(other).publicKey)];
        const declare = () => settingsOf(one, { publicKeys });
        if (pairOf(one) === pairOf(other)) expect(declare).not.toThrow();
        else expect(declare).toThrow('publicKeys: must be a list of public keys of these algorithms');
      }
    }
  });
});

describe('published keys', () => {
  let world: World;
  const server = https.createServer({
    SNICallback: (name, done) => {
      world.pki.serverContext(name).then((context) => done(null, context), done);
    },
  });
  let keys: readonly object[] = [];
  beforeAll(async () => {
    world = await startWorld();
    server.on('request', (_, response) => response.end(JSON.stringify({ keys })));
    https.globalAgent = new OutsideAgent(await listen(server, 0), world.pki.caCert);
  });
  afterAll(async () => {
    https.globalAgent.destroy();
    await stopListening(server);
    await world.stop();
  });

  const jwk = ({ publicKey }: { readonly publicKey: KeyObject }, kid?: string) => ({
    ...publicKey.export({ format: 'jwk' }),
    ...(kid !== undefined && { kid }),
  });
  /** A URL for each test: sets are remembered. */
  let count = 0;
  const at = () => ({ publicKeys: undefined, jwks: `https://bank.example.com/keys/${count++}` });

  test('verify by the id that the token names', async () => {
    keys = [jwk(STRANGE.ES256, '1'), jwk(OWN.ES256, '2')];
    const options = at();
    expect(await reason('ES256', { header: { kid: '2' } }, options)).toBeUndefined();
    expect(await reason('ES256', { header: { kid: '1' } }, options)).toBe('signature-mismatch');
    expect(await reason('ES256', { header: { kid: '3' } }, options)).toBe('signature-mismatch');
    expect(await reason('ES256', { header: { kid: '../2' } }, options)).toBe('signature-mismatch');
  });

  test('are each tried for a token that names none', async () => {
    keys = [jwk(STRANGE.ES256, '1'), jwk(OWN.ES256, '2'), jwk(OWN.rsa, '3')];
    const options = at();
    expect(await reason('ES256', {}, options)).toBeUndefined();
    keys = [jwk(STRANGE.ES256, '1'), jwk(STRANGE.ES256, '2')];
    expect(await reason('ES256', {}, at())).toBe('signature-mismatch');
  });

  test('are not asked for by a token of another algorithm', async () => {
    keys = [jwk(OWN.ES256, '1')];
    const options = at();
    const token = await tokenBy('HS256', { header: { kid: '1' } });
    expect(await reasonOf(() => authenticate(withToken(token), 'ES256', options))).toBe(
      'signature-malformed',
    );
  });
});

describe('settings that are wrong say what would be right', () => {
  test.each<readonly [Readonly<Record<string, unknown>>, string]>([
    [{ algorithms: [] }, 'algorithms: must be a list of at least one of "RS256"'],
    [{ algorithms: ['none'] }, 'algorithms.0: must be a list of at least one of "RS256"'],
    [{ algorithms: ['ES256', 'HS256'] }, 'algorithms: must not have HS… beside others'],
    [{ algorithms: ['HS256'] }, 'algorithms: must not have HS… with jwks or publicKeys'],
    [{ publicKeys: undefined }, 'jwks: must be where the keys are published'],
    [{ jwks: 'https://bank.example.com/keys' }, 'publicKeys: must be left out where jwks'],
    [{ publicKeys: ['x'] }, 'publicKeys: must be a list of public keys'],
    [
      { publicKeys: [OWN.ES256.privateKey.export({ type: 'pkcs8', format: 'pem' })] },
      'publicKeys: must be a list of public keys',
    ],
    [
      { publicKeys: [JSON.stringify(OWN.ES256.privateKey.export({ format: 'jwk' }))] },
      'publicKeys: must be a list of public keys',
    ],
    [{ publicKeys: ['{"kty":"oct","k":"AAAA"}'] }, 'publicKeys: must be a list of public keys'],
    ...[
      ...[
        'http://bank.example.com/keys',
        'https://user@bank.example.com/keys',
        'https://',
        'file:///etc/passwd',
      ],
      ...['https://bank.example.com/keys#x', 'https://bank.example.com/a b', '//bank.example.com'],
    ].map(
      (jwks) => [{ jwks, publicKeys: undefined }, 'jwks: must be a URL that begins with https://'] as const,
    ),
    [{ bodyHashClaim: '' }, 'bodyHashClaim: must be the name of a claim'],
    [{ maxAge: 0 }, 'maxAge: must be at least 1 second'],
    [{ token: 'authorization' }, 'token: must be the place of the proof'],
  ])('%j', (options, message) => {
    expect(() => parseSettings(jwtSettings, 'bank', { ...optionsFor('ES256'), ...options })).toThrow(
      `Source "bank": ${message}`,
    );
  });
});
