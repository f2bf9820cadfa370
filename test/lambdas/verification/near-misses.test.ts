import { constants, createHash, createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import type { WebhookRequest } from '../../../lambdas/core/request.ts';
import { parseSettings } from '../../../lambdas/core/source.ts';
import { explainRequest } from '../../../lambdas/providers/explain.ts';
import { providerNamed } from '../../../lambdas/providers/index.ts';
import type { GivenSecret } from '../../../lambdas/verification/trace/describe.ts';
import type { Trace } from '../../../lambdas/verification/trace/trace.ts';
import { aRequest, RECEIVED_AT } from '../support/deliveries.ts';

// Each request has exactly one mistake, and the trace names it.

const SECRET = 'a secret of the sender, as text';
const KEY = Buffer.from('0123456789abcdef0123456789abcdef');
const BODY = '{"type":"a.created","id":"evt_1","list":[1,2.50,"a/b"],"name":"Grüße"}';
const SECONDS = String(RECEIVED_AT.getTime() / 1000);

const NAMED = { name: 'saas', catalogue: { 'a.created': 'a.created' } };
const EVENTS = { ...NAMED, eventName: 'body:type' };

const hmacOf = (
  content: string | Buffer,
  key: string | Buffer = SECRET,
  { algorithm = 'sha256', encoding = 'hex' as 'hex' | 'base64' | 'base64url' } = {},
) => createHmac(algorithm, key).update(content).digest(encoding);

const explained = async (
  provider: string,
  options: object,
  request: WebhookRequest,
  secrets: readonly GivenSecret[] | string = SECRET,
): Promise<Trace> => {
  const found = providerNamed(provider);
  const shared = provider === 'altoviz' ? {} : provider === 'standard-webhooks' ? NAMED : EVENTS;
  const settings = parseSettings(found.settings, 'saas', { ...shared, ...options });
  const list = typeof secrets === 'string' ? [{ version: 'current' as const, text: secrets }] : secrets;
  return await explainRequest({ request, provider: found, settings: settings as never, secrets: list });
};

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

const codes = ({ nearMisses }: Trace) => nearMisses.map(({ code }) => code);

const PLAIN = { header: 'x-signature' };
const signed = (signature: string, body: string | Buffer = BODY, more: Record<string, string> = {}) =>
  aRequest(body, { headers: { 'x-signature': signature, ...more } });

describe('the secret', () => {
  test.each([
    ['secret-trimmed', ` ${SECRET} `, SECRET],
    ['secret-with-line-break', SECRET, `${SECRET}\n`],
    ['secret-with-crlf', SECRET, `${SECRET}\r\n`],
    ['secret-with-blank', SECRET, `${SECRET} `],
    ['secret-without-prefix', `whsec_${SECRET}`, SECRET],
    ['secret-unquoted', `"${SECRET}"`, SECRET],
    ['secret-with-whsec', SECRET, `whsec_${SECRET}`],
    ['secret-unescaped', 'a%20secret%20with%20escapes', 'a secret with escapes'],
    ['secret-as-base64', KEY.toString('base64'), KEY],
    ['secret-as-hex', KEY.toString('hex'), KEY],
    ['secret-as-whsec', `whsec_${KEY.toString('base64')}`, KEY],
  ] as const)('%s', async (code, stored, key) => {
    const trace = await explained('hmac', PLAIN, signed(hmacOf(BODY, key)), stored);
    expect(trace.outcome).toMatchObject({ reason: 'signature-mismatch', status: 401 });
    expect(codes(trace)).toContain(code);
  });

  test.each(['base64', 'hex', 'whsec'] as const)('secret-as-text in place of %s', async (secretEncoding) => {
    const stored =
      secretEncoding === 'hex'
        ? KEY.toString('hex')
        : `${secretEncoding === 'whsec' ? 'whsec_' : ''}${KEY.toString('base64')}`;
    const trace = await explained('hmac', { ...PLAIN, secretEncoding }, signed(hmacOf(BODY, stored)), stored);
    expect(trace.nearMisses).toContainEqual({
      code: 'secret-as-text',
      says: expect.stringContaining('Set secretEncoding: "utf8"'),
      set: { secretEncoding: 'utf8' },
      key: 'current secret',
    });
  });

  test('what it begins with is not shown', async () => {
    const trace = await explained('hmac', PLAIN, signed(hmacOf(BODY)), `hunter_${SECRET}`);
    expect(codes(trace)).toContain('secret-without-prefix');
    expect(JSON.stringify(trace)).not.toContain('hunter');
  });

  test('one that has not the declared form at all', async () => {
    const trace = await explained('hmac', { ...PLAIN, secretEncoding: 'hex' }, signed(hmacOf(BODY)));
    expect(trace.outcome).toMatchObject({ reason: 'secret-unset', status: 503 });
    expect(trace.keys).toMatchObject([{ readable: false, fits: false }]);
    expect(codes(trace)).toEqual(['secret-as-text']);
  });

  test('of a provider without such a setting: change it at the sender', async () => {
    const key = KEY.toString('hex');
    const request = aRequest('{"id":"1","type":"ContactCreated","data":{}}', {
      headers: { 'x-signature': hmacOf('{"id":"1","type":"ContactCreated","data":{}}', KEY) },
    });
    const trace = await explained('altoviz', {}, request, key);
    expect(trace.nearMisses).toEqual([
      {
        code: 'secret-as-hex',
        says: expect.stringMatching(/no setting secretEncoding/),
        key: 'current secret',
      },
    ]);
  });

  test('Standard Webhooks: text that the sender does not decode', async () => {
    const stored = `whsec_${KEY.toString('base64')}`;
    const signature = hmacOf(`msg_1.${SECONDS}.${BODY}`, stored, { encoding: 'base64' });
    const request = aRequest(BODY, {
      headers: {
        'webhook-id': 'msg_1',
        'webhook-timestamp': SECONDS,
        'webhook-signature': `v1,${signature}`,
      },
    });
    expect(codes(await explained('standard-webhooks', {}, request, stored))).toEqual(['secret-as-text']);
  });

  test('Standard Webhooks: the headers of another prefix', async () => {
    const stored = `whsec_${KEY.toString('base64')}`;
    const signature = hmacOf(`msg_1.${SECONDS}.${BODY}`, KEY, { encoding: 'base64' });
    const request = aRequest(BODY, {
      headers: { 'svix-id': 'msg_1', 'svix-timestamp': SECONDS, 'svix-signature': `v1,${signature}` },
    });
    const trace = await explained('standard-webhooks', {}, request, stored);
    expect(trace.outcome).toMatchObject({ reason: 'signature-missing' });
    expect(trace.nearMisses).toMatchObject([
      { code: 'headers-with-another-prefix', set: { headerPrefix: 'svix-' } },
    ]);
  });

  test('the previous one fits: the request is genuine', async () => {
    const trace = await explained('hmac', PLAIN, signed(hmacOf(BODY)), [
      { version: 'current', text: 'another secret, long enough' },
      { version: 'previous', text: SECRET },
    ]);
    expect(trace.outcome).toEqual({ kind: 'genuine', result: 'accepted' });
    expect(trace.keys).toMatchObject([
      { key: 'current secret', fits: false },
      { key: 'previous secret', fits: true },
    ]);
  });
});

describe('the body', () => {
  const parsed = JSON.parse(BODY);
  const exactly = (text: string) => text.replace('2.5,', '2.50,').replace('2.5\n', '2.50\n');
  test.each<[string, string | Buffer, string | Buffer]>([
    // As it arrived, as it was signed.
    ['body-compact-json', exactly(JSON.stringify(parsed, undefined, 2)), BODY],
    ['body-indented-json', BODY, exactly(JSON.stringify(parsed, undefined, 2))],
    ['body-indented-json-4', BODY, exactly(JSON.stringify(parsed, undefined, 4))],
    [
      'body-spaced-json',
      BODY,
      '{"type": "a.created", "id": "evt_1", "list": [1, 2.50, "a/b"], "name": "Grüße"}',
    ],
    ['body-ascii-json', BODY, BODY.replace('ü', '\\u00fc').replace('ß', '\\u00df')],
    ['body-escaped-slashes-json', BODY, BODY.replace('a/b', 'a\\/b')],
    ['body-without-byte-order-mark', `\ufeff${BODY}`, BODY],
    ['body-with-byte-order-mark', BODY, `\ufeff${BODY}`],
    ['body-with-final-line-break', BODY, `${BODY}\n`],
    ['body-with-final-crlf', BODY, `${BODY}\r\n`],
    ['body-without-final-line-break', `${BODY}\n`, BODY],
    ['body-trimmed', `\n ${BODY} \n`, BODY],
    ['body-with-crlf', BODY.replace(',', ',\n'), BODY.replace(',', ',\r\n')],
    ['body-with-lf', BODY.replace(',', ',\r\n'), BODY.replace(',', ',\n')],
    ['body-decompressed', gzipSync(BODY), BODY],
    ['body-base64-decoded', Buffer.from(BODY).toString('base64'), BODY],
    ['body-read-as-latin1', BODY, Buffer.from(BODY, 'latin1')],
  ])('%s', async (code, arrived, original) => {
    const trace = await explained('hmac', PLAIN, signed(hmacOf(original), arrived));
    expect(trace.outcome).toMatchObject({ reason: 'signature-mismatch' });
    expect(codes(trace)).toContain(code);
  });

  test('body-form-encoded-anew', async () => {
    const trace = await explained(
      'hmac',
      { ...PLAIN, bodyForm: 'form' },
      signed(hmacOf('a=b+c&type=x'), 'a=b%20c&type=x'),
    );
    expect(codes(trace)).toEqual(['body-form-encoded-anew']);
  });

  test('signed after it was compressed, though declared otherwise', async () => {
    const body = gzipSync(BODY);
    const trace = await explained(
      'hmac',
      { ...PLAIN, signedBytes: 'decoded' },
      signed(hmacOf(body), body, { 'content-encoding': 'gzip' }),
    );
    expect(trace.nearMisses).toMatchObject([
      { code: 'signed-bytes-as-sent', set: { signedBytes: 'as-sent' } },
    ]);
  });
});

describe('the signature', () => {
  test.each<[string, object, Record<string, string>, object]>([
    [
      'signature-base64',
      PLAIN,
      { 'x-signature': hmacOf(BODY, SECRET, { encoding: 'base64' }) },
      { encoding: 'base64' },
    ],
    ['signature-hex', { ...PLAIN, encoding: 'base64' }, { 'x-signature': hmacOf(BODY) }, { encoding: 'hex' }],
    [
      'signature-another-alphabet',
      { ...PLAIN, encoding: 'base64' },
      { 'x-signature': hmacOf(BODY, SECRET, { encoding: 'base64url' }) },
      {},
    ],
    [
      'signature-without-prefix',
      { ...PLAIN, prefix: 'sha256=' },
      { 'x-signature': hmacOf(BODY) },
      { prefix: '' },
    ],
    ['signature-with-prefix', PLAIN, { 'x-signature': `sha256=${hmacOf(BODY)}` }, { prefix: 'sha256=' }],
    ['signature-elsewhere', PLAIN, { 'x-saas-hmac': hmacOf(BODY) }, { signature: 'header:x-saas-hmac' }],
    [
      'signature-elsewhere',
      PLAIN,
      { 'x-signature': `t=1,v1=${hmacOf(BODY)}` },
      { signature: 'header:x-signature.v1' },
    ],
    [
      'algorithm-sha1',
      PLAIN,
      { 'x-signature': hmacOf(BODY, SECRET, { algorithm: 'sha1' }) },
      { algorithm: 'sha1' },
    ],
    [
      'algorithm-sha512',
      PLAIN,
      { 'x-signature': hmacOf(BODY, SECRET, { algorithm: 'sha512' }) },
      { algorithm: 'sha512' },
    ],
    [
      'content-hash-with-secret',
      PLAIN,
      {
        'x-signature': createHash('sha256')
          .update(SECRET + BODY)
          .digest('hex'),
      },
      { signedContent: '{secret}{body}' },
    ],
    [
      'content-hmac',
      { ...PLAIN, signedContent: '{secret}{body}' },
      { 'x-signature': hmacOf(BODY) },
      { signedContent: '{body}' },
    ],
    [
      'content-raw-body',
      { ...PLAIN, signedContent: '{x-time}.{body}' },
      { 'x-signature': hmacOf(BODY), 'x-time': SECONDS },
      { signedContent: 'raw' },
    ],
    [
      'content-another-template',
      PLAIN,
      { 'x-signature': hmacOf(`${SECONDS}.${BODY}`), 'x-time': SECONDS },
      { signedContent: '{x-time}.{body}' },
    ],
  ])('%s', async (code, options, headers, set) => {
    const trace = await explained('hmac', options, aRequest(BODY, { headers }));
    expect(trace.outcome).toMatchObject({ kind: 'rejected', status: 401 });
    const found = trace.nearMisses.find((one) => one.code === code);
    expect(found?.code).toBe(code);
    expect(found?.set ?? {}).toMatchObject(set);
  });

  test('content-url-only', async () => {
    const { url } = aRequest();
    expect(codes(await explained('hmac', PLAIN, signed(hmacOf(url))))).toEqual(['content-url-only']);
  });

  test('two mistakes at once are found as a pair', async () => {
    const headers = { 'x-signature': hmacOf(BODY, KEY, { encoding: 'base64' }) };
    const trace = await explained('hmac', PLAIN, aRequest(BODY, { headers }), KEY.toString('hex'));
    expect(trace.nearMisses).toMatchObject([
      { code: 'secret-as-hex+signature-base64', set: { secretEncoding: 'hex', encoding: 'base64' } },
    ]);
  });

  test('nothing fits: no near miss, and the search says that it was complete', async () => {
    const trace = await explained('hmac', PLAIN, signed(hmacOf(BODY, 'a secret that is not here')));
    expect(trace.nearMisses).toEqual([]);
    expect(trace.search?.complete).toBe(true);
    expect(trace.search?.attempts).toBeGreaterThan(100);
  });

  test('a large body ends the search early, and the trace says so', async () => {
    const body = JSON.stringify({ type: 'x', text: 'x'.repeat(500_000) });
    const trace = await explained('hmac', PLAIN, signed(hmacOf(body, 'a secret that is not here'), body));
    expect(trace.search?.complete).toBe(false);
    expect(trace.search?.attempts).toBeLessThan(100);
  });
});

describe('the URL', () => {
  const SIGNED_URL = { ...PLAIN, signedContent: '{url}{body}' };
  test.each([
    ['url-with-http', 'https://a.example/hooks/saas', 'http://a.example/hooks/saas'],
    ['url-with-https', 'http://a.example/hooks/saas', 'https://a.example/hooks/saas'],
    ['url-with-trailing-slash', 'https://a.example/hooks/saas', 'https://a.example/hooks/saas/'],
    ['url-without-trailing-slash', 'https://a.example/hooks/saas/', 'https://a.example/hooks/saas'],
    ['url-without-query', 'https://a.example/hooks/saas?version=1', 'https://a.example/hooks/saas'],
    ['url-with-default-port', 'https://a.example/hooks/saas', 'https://a.example:443/hooks/saas'],
    ['url-without-port', 'https://a.example:443/hooks/saas', 'https://a.example/hooks/saas'],
    ['url-path-only', 'https://a.example/hooks/saas', '/hooks/saas'],
    ['url-decoded', 'https://a.example/hooks/saas?a=%20', 'https://a.example/hooks/saas?a= '],
    ['url-normalized', "https://a.example/hooks/saas?a=it's", 'https://a.example/hooks/saas?a=it%27s'],
    ['url-with-forwarded-host', 'https://b.example/hooks/saas', 'https://a.example/hooks/saas'],
  ])('%s', async (code, arrived, original) => {
    const headers = { 'x-signature': hmacOf(original + BODY), 'x-forwarded-host': 'a.example' };
    const trace = await explained('hmac', SIGNED_URL, aRequest(BODY, { headers, url: arrived }));
    expect(codes(trace)).toEqual([code]);
  });

  test('url-as-received', async () => {
    const url = 'https://a.example/hooks/saas';
    const options = { ...SIGNED_URL, url: 'https://b.example/saas' };
    const headers = { 'x-signature': hmacOf(url + BODY) };
    expect(codes(await explained('hmac', options, aRequest(BODY, { headers, url })))).toEqual([
      'url-as-received',
    ]);
  });
});

describe('the token', () => {
  const TOKEN = { token: 'header:authorization' };
  test.each<[string, object, Record<string, string>, string]>([
    ['token-with-prefix', TOKEN, { authorization: `Bearer ${SECRET}` }, SECRET],
    ['token-without-prefix', { ...TOKEN, prefix: 'Bearer ' }, { authorization: SECRET }, SECRET],
    ['token-elsewhere', TOKEN, { 'x-token': SECRET }, SECRET],
    ['token-basic', { ...TOKEN, prefix: 'Basic ' }, { authorization: basic(SECRET) }, SECRET],
    ['token-plain', { ...TOKEN, tokenForm: 'basic' }, { authorization: `Basic ${SECRET}` }, SECRET],
    ['secret-as-user', { ...TOKEN, tokenForm: 'basic' }, { authorization: basic('a-secret:') }, 'a-secret'],
    [
      'secret-as-password',
      { ...TOKEN, tokenForm: 'basic' },
      { authorization: basic(':a-secret') },
      'a-secret',
    ],
    [
      'secret-without-user',
      { ...TOKEN, tokenForm: 'basic' },
      { authorization: basic('a-secret') },
      'user:a-secret',
    ],
  ])('%s', async (code, options, headers, secret) => {
    const trace = await explained('token', options, aRequest(BODY, { headers }), secret);
    expect(trace.outcome).toMatchObject({ kind: 'rejected', status: 401 });
    expect(codes(trace)).toContain(code);
  });
});

describe('public keys', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const options = {
    signature: 'header:x-signature',
    algorithm: 'rsa-sha256',
    publicKeys: [publicKey.export({ type: 'spki', format: 'pem' }).toString()],
  };
  test.each([
    ['algorithm-rsa-sha1', sign('sha1', Buffer.from(BODY), privateKey)],
    [
      'algorithm-rsa-pss-sha256',
      sign('sha256', Buffer.from(BODY), {
        key: privateKey,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: 32,
      }),
    ],
    ['body-with-final-line-break', sign('sha256', Buffer.from(`${BODY}\n`), privateKey)],
  ])('%s', async (code, signature) => {
    const trace = await explained('public-key', options, signed(signature.toString('base64')), []);
    expect(codes(trace)).toEqual([code]);
    expect(trace.keys).toMatchObject([{ key: 'public key 1', fits: false }]);
  });
});

describe('the time', () => {
  const TIMED = { ...PLAIN, signedContent: '{x-time}.{body}', timestamp: 'header:x-time' };
  const at = (seconds: number) => String(RECEIVED_AT.getTime() / 1000 + seconds);
  test.each<[string, object, string]>([
    ['time-too-old', TIMED, at(-1_000)],
    ['time-ahead', TIMED, at(1_000)],
    ['time-in-another-zone', TIMED, at(-2 * 3600)],
    ['time-in-milliseconds', { ...TIMED, timestampUnit: 'seconds' }, String(RECEIVED_AT.getTime())],
  ])('%s', async (code, options, time) => {
    const headers = { 'x-signature': hmacOf(`${time}.${BODY}`), 'x-time': time };
    const trace = await explained('hmac', options, aRequest(BODY, { headers }));
    expect(trace.outcome).toMatchObject({ kind: 'rejected' });
    expect(trace.time?.within).toBe(false);
    expect(codes(trace)).toEqual([code]);
  });
});
