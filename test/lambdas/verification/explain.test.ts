import { createHash, createHmac, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SignJWT } from 'jose';
import type { WebhookRequest } from '../../../lambdas/core/request.ts';
import { parseSettings } from '../../../lambdas/core/source.ts';
import { explainRequest } from '../../../lambdas/providers/explain.ts';
import { providerNamed } from '../../../lambdas/providers/index.ts';
import { PROVIDER_NAMES } from '../../../lambdas/providers/names.ts';
import { explain } from '../../../lambdas/verification/explain.ts';
import { hmacMethod } from '../../../lambdas/verification/schemes/hmac.ts';
import { senders } from '../../../senders/index.ts';
import type { SignedRequest } from '../../../senders/sender.ts';
import { tamper } from '../../../senders/sender.ts';
import { aRequest, RECEIVED_AT } from '../support/deliveries.ts';

const EVENTS = { name: 'saas', catalogue: { 'a.created': 'a.created' } };
const GENERIC = { ...EVENTS, eventName: 'body:type' };
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const PEM = publicKey.export({ type: 'spki', format: 'pem' }).toString();
const { privateKey: rsa } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const TOPIC = 'arn:aws:sns:us-east-1:123456789012:orders';

/** Settings of each provider. */
const OPTIONS: Readonly<Record<string, object>> = {
  ivvy: { accountIds: ['14'] },
  'standard-webhooks': EVENTS,
  hmac: { ...GENERIC, header: 'x-hub-signature-256', prefix: 'sha256=', eventName: 'header:x-github-event' },
  'public-key': { ...GENERIC, signature: 'header:x-signature', algorithm: 'ecdsa-sha256', publicKeys: [PEM] },
  jwt: {
    ...GENERIC,
    token: 'header:authorization',
    prefix: 'Bearer ',
    algorithms: ['ES256'],
    publicKeys: [PEM],
  },
  token: { ...GENERIC, token: 'header:x-token' },
  sns: { ...GENERIC, topicArns: [TOPIC] },
};

const explained = (
  provider: string,
  request: WebhookRequest,
  secret: string | undefined,
  options: object = OPTIONS[provider] ?? {},
) => {
  const found = providerNamed(provider);
  return explainRequest({
    request,
    provider: found,
    settings: parseSettings(found.settings, 'saas', options) as never,
    secrets: secret === undefined ? [] : [{ version: 'current', text: secret }],
  });
};

const requestOf = ({ headers, body }: SignedRequest): WebhookRequest =>
  aRequest(body, { headers, receivedAt: new Date() });

describe('what each provider’s sender signs', () => {
  const secretOf = (provider: string) =>
    ['augustus', 'standard-webhooks'].includes(provider)
      ? `whsec_${Buffer.alloc(32, 7).toString('base64')}`
      : 'a secret of the sender, as text';
  const payload = '{"id":"1","type":"ContactCreated","data":{"id":"2"},"payload":{}}';

  test.each(
    senders
      .filter(({ signsWith }) => signsWith === 'secret')
      .map((sender) => [sender.provider, sender] as const),
  )('%s is genuine; tampered with, it is not, and nothing would fit', async (provider, sender) => {
    if (sender.signsWith !== 'secret') throw new Error('no secret');
    const secret = secretOf(provider);
    const signed = sender.sign({ event: sender.defaultEvent, payload }, secret);
    const trace = await explained(provider, requestOf(signed), secret);
    expect(trace).toMatchObject({
      keys: [{ key: 'current secret', readable: true, fits: true }],
      faults: [],
      nearMisses: [],
    });
    expect(trace.proof?.found).toHaveLength(1);
    // What comes after the signature is the provider's own matter: the payload of this test is not of its form.
    expect(trace.outcome).not.toMatchObject({ status: 401 });

    const forged = await explained(provider, requestOf(tamper(signed)), secret);
    expect(forged).toMatchObject({ outcome: { kind: 'rejected', status: 401 }, nearMisses: [], faults: [] });
    expect(JSON.parse(JSON.stringify(forged))).toEqual(forged);
  });

  test('iVvy: the envelope passes, and the signature is not checked without the certificate', async () => {
    const ivvy = senders.find(({ provider }) => provider === 'ivvy');
    if (ivvy?.signsWith !== 'pki') throw new Error('no sender');
    const signed = ivvy.sign(
      { event: 'BookingAdded', payload: '{"id":1}' },
      { sns: { key: rsa }, ivvy: { key: rsa } },
    );
    const trace = await explained('ivvy', requestOf(signed), undefined);
    expect(trace).toMatchObject({
      outcome: { kind: 'undecided' },
      handshake: false,
      sns: { type: 'Notification', envelope: 'passes', signature: 'not checked' },
      faults: [],
    });
    const old = await explained(
      'ivvy',
      { ...requestOf(signed), receivedAt: new Date(Date.now() + 1e8) },
      undefined,
    );
    expect(old).toMatchObject({
      outcome: { reason: 'stale' },
      sns: { envelope: 'stale', direction: 'behind' },
    });
  });
});

describe('a trace', () => {
  const SECRET = 'a secret of the sender, as text';
  const BODY = '{"type":"a.created"}';
  const TIMED = {
    ...GENERIC,
    header: 'x-signature',
    prefix: 'v0=',
    signedContent: 'v0:{x-time}:{body}',
    timestamp: 'header:x-time',
  };
  const SECONDS = String(RECEIVED_AT.getTime() / 1000 - 2);
  const content = `v0:${SECONDS}:${BODY}`;
  const headers = {
    'x-signature': `v0=${createHmac('sha256', SECRET).update(content).digest('hex')}`,
    'x-time': SECONDS,
  };

  test('says which bytes are signed and where they are cut, and how far off the time is', async () => {
    expect(await explained('hmac', aRequest(BODY, { headers }), SECRET, TIMED)).toEqual({
      outcome: { kind: 'genuine', result: 'accepted' },
      method: 'HMAC with sha256',
      handshake: false,
      proof: {
        at: ['header:x-signature'],
        wanted: 'hex of 32 bytes after "v0="',
        found: [{ at: 'header:x-signature', characters: 67, form: { is: 'hex', bytes: 32 }, prefix: 'v0=' }],
      },
      signed: [
        {
          length: content.length,
          sha256: createHash('sha256').update(content).digest('hex'),
          parts: [
            { part: '"v0:"', from: 0, to: 3 },
            { part: '{x-time}', from: 3, to: 13 },
            { part: '":"', from: 13, to: 14 },
            { part: '{body}', from: 14, to: 14 + BODY.length },
          ],
        },
      ],
      keys: [{ key: 'current secret', form: 'text', characters: SECRET.length, readable: true, fits: true }],
      time: {
        at: 'header:x-time',
        signedAt: new Date(Number(SECONDS) * 1000).toISOString(),
        receivedAt: RECEIVED_AT.toISOString(),
        seconds: 2,
        direction: 'behind',
        tolerance: 300,
        within: true,
      },
      nearMisses: [],
      faults: [],
    });
  });

  test('says what is missing', async () => {
    const trace = await explained('hmac', aRequest(BODY), SECRET, TIMED);
    expect(trace).toMatchObject({
      outcome: { kind: 'rejected', reason: 'signature-missing', status: 401 },
      proof: { found: [] },
      time: { within: false },
    });
    expect(trace.signed).toBeUndefined();
  });

  test('says that a request is the handshake, signed or not', async () => {
    const handshake = { at: 'body:type', is: 'url_verification', answer: { challenge: 'body:challenge' } };
    const body = '{"type":"url_verification","challenge":"x"}';
    const signedBy = (key: string) => ({
      'x-hub-signature': createHmac('sha256', key).update(body).digest('hex'),
    });
    const options = { ...GENERIC, header: 'x-hub-signature', handshake };
    expect(
      await explained('hmac', aRequest(body, { headers: signedBy(SECRET) }), SECRET, options),
    ).toMatchObject({
      outcome: { kind: 'genuine', result: 'confirmed' },
      handshake: true,
    });
    expect(
      await explained('hmac', aRequest(body, { headers: signedBy('another') }), SECRET, options),
    ).toMatchObject({
      outcome: { kind: 'rejected' },
      handshake: true,
    });
    const unsigned = { ...options, handshake: { ...handshake, signed: false } };
    expect(await explained('hmac', aRequest(body), SECRET, unsigned)).toMatchObject({
      outcome: { kind: 'genuine', result: 'confirmed' },
      handshake: true,
    });
  });

  test('names an internal error, and has the rest', async () => {
    const scheme = {
      proof: { at: ['header:x-signature'], prefix: '', encoding: 'hex', bytes: 32 },
      content: 'raw',
      method: {
        ...hmacMethod('sha256', 'utf8'),
        readKey: () => {
          throw new RangeError('with a payload in it');
        },
      },
    } as const;
    const trace = await explain({
      request: aRequest(BODY, { headers: { 'x-signature': 'ab'.repeat(32) } }),
      scheme,
      secrets: [{ version: 'current', text: SECRET }],
    });
    expect(trace).toMatchObject({
      outcome: { reason: 'internal-error' },
      proof: { found: [{}] },
      signed: [{}],
    });
    expect(trace.faults).toEqual([
      { part: 'outcome', error: 'RangeError' },
      { part: 'keys', error: 'RangeError' },
    ]);
  });
});

describe('a JSON Web Token', () => {
  const BODY = '{"type":"a.created"}';
  const sha256 = createHash('sha256').update(BODY).digest('hex');
  const at = RECEIVED_AT.getTime() / 1000;
  const token = (claims: object, alg = 'ES256', key: Parameters<SignJWT['sign']>[0] = privateKey) =>
    new SignJWT({ ...claims }).setProtectedHeader({ alg, kid: 'key-7' }).sign(key);
  const JWT = {
    ...OPTIONS.jwt,
    issuer: 'saas',
    audience: 'us',
    bodyHashClaim: 'hash',
  };
  const RIGHT = { iss: 'saas', aud: 'us', hash: sha256, iat: at, exp: at + 60 };
  const sent = (text: string, body = BODY) =>
    aRequest(body, { headers: { authorization: `Bearer ${text}` } });

  test('says what the token names, and never shows it', async () => {
    const text = await token(RIGHT);
    const trace = await explained('jwt', sent(text), undefined, JWT);
    expect(trace).toMatchObject({
      outcome: { kind: 'genuine', result: 'accepted' },
      token: {
        readable: true,
        algorithm: 'ES256',
        algorithmAllowed: true,
        keyId: 'key-7',
        issuedAt: RECEIVED_AT.toISOString(),
        expires: new Date((at + 60) * 1000).toISOString(),
        issuer: 'fits',
        audience: 'fits',
        bodyHash: 'fits',
      },
      faults: [],
    });
    for (const part of text.split('.')) expect(JSON.stringify(trace)).not.toContain(part);
  });

  test.each<[string, object, string, object?]>([
    ['issuer-differs', { ...RIGHT, iss: 'other' }, BODY],
    ['audience-differs', { ...RIGHT, aud: undefined }, BODY],
    ['body-without-final-line-break', RIGHT, `${BODY}\n`],
  ])('%s', async (code, claims, body) => {
    const trace = await explained('jwt', sent(await token(claims), body), undefined, JWT);
    expect(trace.nearMisses.map((one) => one.code)).toEqual([code]);
  });

  test('token-with-another-prefix, and another algorithm', async () => {
    const text = await token(RIGHT);
    const headers = { authorization: text };
    const bare = await explained('jwt', aRequest(BODY, { headers }), undefined, JWT);
    expect(bare.nearMisses).toMatchObject([{ code: 'token-with-another-prefix', set: { prefix: '' } }]);

    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const publicKeys = [rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString()];
    const other = sent(await token(RIGHT, 'RS256', rsa.privateKey));
    expect(
      await explained('jwt', other, undefined, { ...JWT, publicKeys, algorithms: ['PS256'] }),
    ).toMatchObject({
      token: { algorithmAllowed: false },
      nearMisses: [{ code: 'algorithm-RS256' }],
    });
  });

  test('expired: nothing else is wrong with it', async () => {
    const trace = await explained('jwt', sent(await token({ ...RIGHT, exp: at - 600 })), undefined, JWT);
    expect(trace).toMatchObject({ outcome: { reason: 'stale' }, nearMisses: [] });
  });

  test('with a secret as the key', async () => {
    const { publicKeys: _, ...options } = { ...OPTIONS.jwt, algorithms: ['HS256'] } as Record<
      string,
      unknown
    >;
    const text = await token({}, 'HS256', Buffer.from('a secret of the sender'));
    expect(await explained('jwt', sent(text), 'a secret of the sender', options)).toMatchObject({
      outcome: { kind: 'genuine' },
    });
    const trace = await explained('jwt', sent(text), '"a secret of the sender"', options);
    expect(trace.nearMisses.map((one) => one.code)).toEqual(['secret-unquoted']);
  });

  test('keys that are published are not fetched', async () => {
    const { publicKeys: _, ...options } = { ...OPTIONS.jwt, jwks: 'https://keys.invalid/jwks' } as Record<
      string,
      unknown
    >;
    const trace = await explained('jwt', sent(await token(RIGHT)), undefined, options);
    expect(trace).toMatchObject({ outcome: { kind: 'undecided' }, token: { keyId: 'key-7' }, faults: [] });

    const outcomeOf = async (request: WebhookRequest, more: object = {}) =>
      (await explained('jwt', request, undefined, { ...options, ...more })).outcome;
    const right = sent(await token(RIGHT));
    expect(await outcomeOf(aRequest(BODY))).toMatchObject({ reason: 'signature-missing' });
    expect(await outcomeOf(sent('no token'))).toMatchObject({ reason: 'signature-malformed' });
    expect(await outcomeOf(right, { algorithms: ['ES384'] })).toMatchObject({
      reason: 'signature-malformed',
    });
    expect(await outcomeOf(right, { issuer: 'other' })).toMatchObject({ reason: 'signature-mismatch' });
    expect(await outcomeOf(right, { bodyHashClaim: 'other' })).toMatchObject({
      reason: 'signature-mismatch',
    });
    const late = { ...right, receivedAt: new Date(RECEIVED_AT.getTime() + 3e5) };
    expect(await outcomeOf(late)).toMatchObject({ reason: 'stale' });
  });
});

describe('any request', () => {
  const SECRET = 'SECRET-MARKER-that-is-long-enough';
  const name = fc.constantFrom(
    'x-signature',
    'x-hub-signature-256',
    'x-ivy-signature',
    'authorization',
    'x-token',
    'webhook-id',
    'webhook-timestamp',
    'webhook-signature',
    'content-encoding',
    'x-github-event',
  );
  const MARKER = 'MARKER';
  const value = fc.oneof(
    fc.string(),
    fc.constantFrom(
      MARKER,
      `sha256=${MARKER}`,
      `Bearer ${MARKER}.${MARKER}.${MARKER}`,
      `v1,${MARKER}`,
      `t=1,v1=${MARKER}`,
      `sha256=${'ab'.repeat(32)}`,
      'gzip',
      String(RECEIVED_AT.getTime() / 1000),
    ),
  );
  const json = fc.oneof(
    fc.json(),
    fc
      .record({
        Type: fc.constant(MARKER),
        UnsubscribeURL: fc.constant(MARKER),
        TopicArn: fc.constant(MARKER),
      })
      .map((one) => JSON.stringify(one)),
    fc.constantFrom(
      MARKER,
      `{"${MARKER}":"${MARKER}"}`,
      `type=${MARKER}&payload={"a":"${MARKER}"}`,
      `"${MARKER}"`,
    ),
  );
  const body = fc.oneof(
    json.map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
  );
  const request = fc
    .record({
      body,
      headers: fc.dictionary(name, value, { maxKeys: 6 }),
      method: fc.constantFrom('POST', 'GET', MARKER),
      url: fc.constantFrom('https://a.example/hooks/a', `https://a.example/?a=${MARKER}`, '', '?'),
    })
    .map(({ body: bytes, ...rest }) => aRequest(bytes, rest));

  test.each(PROVIDER_NAMES)(
    'of %s has a trace, and the trace holds none of its values',
    async (provider) => {
      const secret =
        provider === 'hmac' || provider === 'token' || provider === 'avaza'
          ? SECRET
          : `whsec_${Buffer.from(SECRET).toString('base64')}`;
      await fc.assert(
        fc.asyncProperty(request, async (one) => {
          const trace = await explained(provider, one, secret);
          const text = JSON.stringify(trace);
          expect(JSON.parse(text)).toEqual(trace);
          expect(trace.faults).toEqual([]);
          expect(text).not.toContain(MARKER);
          expect(text).not.toContain('abababab');
          expect(text).not.toContain(secret);
        }),
        { numRuns: 60 },
      );
    },
    60_000,
  );
});

describe('what shows in a request whose proof does not fit', () => {
  const SECRET = 'a secret of the sender, as text';
  const BODY = '{"type":"a.created"}';
  const OWN = { ...GENERIC, header: 'x-signature' };
  const HEX = createHmac('sha256', 'another').update(BODY).digest('hex');
  const hintsOf = async (options: object, headers: Readonly<Record<string, string>>, body = BODY) =>
    (await explained('hmac', aRequest(body, { headers }), SECRET, options)).hints ?? [];

  test.each<[string, object, Readonly<Record<string, string>>, readonly RegExp[]]>([
    ['nothing', OWN, { 'x-signature': HEX }, []],
    [
      'a body that is cut',
      OWN,
      { 'x-signature': HEX, 'content-length': '104' },
      [/^The capture is cut: 20 of 104 bytes/],
    ],
    [
      'a body that was rewritten',
      OWN,
      { 'x-signature': HEX, 'content-length': '7' },
      [/has 20 bytes of body, but Content-Length is 7/],
    ],
    ['a length that fits', OWN, { 'x-signature': HEX, 'content-length': '20' }, []],
    [
      'a signed URL',
      { ...OWN, signedContent: '{url}{body}', url: 'https://b.example/hook' },
      { 'x-signature': HEX },
      [/is the setting url the one that is registered/],
    ],
    [
      'another form of the body',
      { ...OWN, bodyForm: 'form:payload' },
      { 'x-signature': HEX },
      [/not of the declared bodyForm "form:payload", but of the form "json"/],
    ],
    [
      'a signature in another header',
      OWN,
      { 'x-other': HEX },
      [/^A value that looks like a signature stands in header:x-other\.$/],
    ],
    [
      'another key of the list',
      { ...OWN, header: 'x-signed', signatureKey: 's1' },
      { 'x-signed': `ts=1700000000,v1=${HEX}` },
      [/^The header has the keys ts, v1; s1 was wanted\.$/, /stands in header:x-signed\.v1/],
    ],
    [
      'a time as a key of the list',
      { ...OWN, header: 'billfold-signature', signatureKey: 'v1', signedContent: '{ts}.{body}' },
      { 'billfold-signature': `ts=1700000000,v1=${HEX}` },
      [/a ts stands in header:billfold-signature: write \{billfold-signature\.ts\}/],
    ],
    [
      'a time in the query',
      { ...OWN, signedContent: '{query:t}.{body}' },
      { 'x-signature': HEX, t: '1700000000' },
      [/a t stands in header:t: write \{t\}/],
    ],
  ])('%s', async (_, options, headers, expected) => {
    const hints = await hintsOf(options, headers);
    expect(hints).toHaveLength(expected.length);
    for (const [index, words] of expected.entries()) expect(hints[index]).toMatch(words);
    expect(hints.join()).not.toContain(HEX);
  });

  test('a form that is declared as JSON', async () => {
    const hints = await hintsOf(OWN, { 'x-signature': HEX }, 'a=b&c=d');
    expect(hints).toEqual(['The body is not of the declared bodyForm "json", but of the form "form".']);
  });

  test('a token in another header', async () => {
    const request = aRequest(BODY, { headers: { 'x-api-key': 'another token', 'x-id': '1' } });
    expect((await explained('token', request, SECRET)).hints).toEqual([
      'A value that looks like a token stands in header:x-api-key.',
    ]);
  });

  test('is not asked where the time or the body is wrong, or where a change would fit', async () => {
    const time = { signedContent: '{x-time}.{body}', timestamp: 'header:x-time' };
    const old = createHmac('sha256', SECRET).update(`1600000000.${BODY}`).digest('hex');
    const stale = await explained(
      'hmac',
      aRequest(BODY, { headers: { 'x-signature': old, 'x-time': '1600000000' } }),
      SECRET,
      { ...OWN, ...time },
    );
    expect(stale).toMatchObject({ outcome: { reason: 'stale' }, nearMisses: [{ code: 'time-too-old' }] });
    expect(stale.nearMisses[0]?.says).toContain('or the sender’s clock is behind');
    expect(stale.hints).toBeUndefined();
    const base64 = createHmac('sha256', SECRET).update(BODY).digest('base64');
    expect(await hintsOf(OWN, { 'x-signature': base64 })).toEqual([]);
  });
});

describe('the answer to a handshake', () => {
  const OWN = { ...GENERIC, header: 'x-signature' };
  const SECRET = 'a secret of the sender, as text';
  const handshake = { at: 'body:challenge', answer: { challenge: 'body:challenge' } };
  const body = '{"challenge":"abc"}';
  const headers = { 'x-signature': createHmac('sha256', SECRET).update(body).digest('hex') };

  test('is JSON or plain text, of one that is signed or not', async () => {
    const of = async (options: object) =>
      (await explained('hmac', aRequest(body, { headers }), SECRET, { ...OWN, handshake: options })).answer;
    expect(await of(handshake)).toEqual({ status: 200, type: 'application/json', signed: true });
    expect(await of({ ...handshake, signed: false, answer: 'body:challenge' })).toEqual({
      status: 200,
      type: 'text/plain',
      signed: false,
    });
  });
});
