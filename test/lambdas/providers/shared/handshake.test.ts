import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { WebhookRequest } from '../../../../lambdas/core/request.ts';
import { parseSettings } from '../../../../lambdas/core/source.ts';
import { hmac } from '../../../../lambdas/providers/hmac/hmac.ts';
import { type HmacOptions, hmacSettings } from '../../../../lambdas/providers/hmac/settings.ts';
import { aRequest } from '../../support/deliveries.ts';
import { reasonOf } from '../../support/rejections.ts';
import { secretsOf } from '../../support/tampering.ts';

const SECRET = 'a-secret-of-the-sender';
const EVENT = '{"type":"a.created","challenge":"c"}';
const URL_ = 'https://id.execute-api.eu-west-1.amazonaws.com/hooks/acme';

type HandshakeOption = NonNullable<HmacOptions['handshake']>;

const settingsOf = (handshake: HandshakeOption, more: Partial<HmacOptions> = {}) =>
  parseSettings(hmacSettings, 'acme', {
    name: 'acme',
    catalogue: { 'a.created': 'a.created' },
    header: 'x-signature',
    eventName: 'body:type',
    handshake,
    ...more,
  });

const hmacOf = (text: string | Buffer, encoding: 'hex' | 'base64' = 'hex') =>
  createHmac('sha256', SECRET).update(text).digest(encoding);

const asked = (request: WebhookRequest, handshake: HandshakeOption, ...secrets: readonly string[]) =>
  hmac.authenticate(request, settingsOf(handshake), secretsOf(...(secrets.length > 0 ? secrets : [SECRET])));
const reason = (request: WebhookRequest, handshake: HandshakeOption, ...secrets: readonly string[]) =>
  reasonOf(() => asked(request, handshake, ...secrets));

const post = (body: string, headers = {}) =>
  aRequest(body, { headers: { 'x-signature': hmacOf(body), ...headers } });
const unsignedPost = (body: string, headers = {}) => aRequest(body, { headers });
const get = (query: Readonly<Record<string, string>> | string, method = 'GET', headers = {}) =>
  aRequest('', { method, headers, url: `${URL_}?${new URLSearchParams(query)}` });

const META = {
  method: 'GET',
  at: 'query:hub.mode',
  is: 'subscribe',
  secretAt: 'query:hub.verify_token',
  answer: 'query:hub.challenge',
} as const;
const metaQuery = { 'hub.mode': 'subscribe', 'hub.verify_token': SECRET, 'hub.challenge': '1158' };

describe('the mark', () => {
  test.each<readonly [HandshakeOption, WebhookRequest, object]>([
    [META, get(metaQuery), { answer: '1158' }],
    // X (Twitter): the HMAC of a parameter.
    [
      { method: 'GET', at: 'query:crc_token', answer: { response_token: 'hmac:query:crc_token' } },
      get({ crc_token: 'abc' }),
      { answer: { response_token: hmacOf('abc') } },
    ],
    // Dropbox: a GET with a challenge.
    [{ method: 'GET', answer: 'query:challenge' }, get({ challenge: 'abc' }), { answer: 'abc' }],
    // CloudEvents: OPTIONS with an origin, which is allowed.
    [
      {
        method: 'OPTIONS',
        at: 'header:webhook-request-origin',
        answer: {
          'header:webhook-allowed-origin': 'header:webhook-request-origin',
          'header:webhook-allowed-rate': 'text:120',
        },
      },
      get({}, 'OPTIONS', { 'webhook-request-origin': 'a.example' }),
      { answerHeaders: { 'webhook-allowed-origin': 'a.example', 'webhook-allowed-rate': '120' } },
    ],
    // Trello: HEAD, which wants no more than an answer.
    [{ method: 'HEAD' }, get({}, 'HEAD'), {}],
    // Asana: a POST that is not signed, with a secret in a header that is given back.
    [
      {
        at: 'header:x-hook-secret',
        signed: false,
        answer: { 'header:x-hook-secret': 'header:x-hook-secret' },
      },
      unsignedPost('{}', { 'x-hook-secret': 'abc' }),
      { answerHeaders: { 'x-hook-secret': 'abc' } },
    ],
    // Microsoft Graph: a POST without a signature or a body, with a token in the query that is given back as text.
    [
      { at: 'query:validationToken', signed: false, answer: 'query:validationToken' },
      { ...unsignedPost(''), url: `${URL_}?validationToken=a%20b` },
      { answer: 'a b' },
    ],
    // Slack, signed.
    [
      { at: 'body:type', is: 'a.created', answer: { challenge: 'body:challenge' } },
      post(EVENT),
      { answer: { challenge: 'c' } },
    ],
    // A header and a field of JSON.
    [
      {
        at: 'body:type',
        is: 'a.created',
        answer: { challenge: 'body:challenge', 'header:x-c': 'hmac:body:challenge' },
      },
      post(EVENT),
      { answer: { challenge: 'c' }, answerHeaders: { 'x-c': hmacOf('c') } },
    ],
    [{ at: 'body:type', is: 'a.created' }, post(EVENT), {}],
  ])('%j', async (handshake, request, expected) => {
    expect(await asked(request, handshake)).toEqual({ outcome: 'confirmed', ...expected });
  });

  test('that is another is no handshake: a GET is refused, and a POST is a delivery', async () => {
    const others: readonly Readonly<Record<string, string>>[] = [
      {},
      { 'hub.mode': 'unsubscribe' },
      { ...metaQuery, 'hub.mode': 'Subscribe' },
    ];
    for (const query of others) {
      expect(await reason(get(query), META)).toBe('body-shape');
    }
    expect(await reason(get('hub.mode=subscribe&hub.mode=subscribe'), META)).toBe('body-shape');
    expect(await reason(get(metaQuery, 'HEAD'), META)).toBe('body-shape');
    expect(await reason(get(metaQuery, 'OPTIONS'), META)).toBe('body-shape');
    expect(await asked(post(EVENT), META)).toMatchObject({ outcome: 'accepted' });
  });

  test('is not looked for in a POST, where the handshake is a GET', async () => {
    const request = { ...unsignedPost(EVENT), url: get(metaQuery).url };
    expect(await reason(request, META)).toBe('signature-missing');
  });

  test('of a GET is not a signature: a GET with a signed body is no delivery', async () => {
    const request = { ...post(EVENT), method: 'GET' };
    expect(await reason(request, META)).toBe('body-shape');
  });

  test('of a source without a handshake: only POST is a delivery', async () => {
    const settings = settingsOf({ method: 'HEAD' });
    const none = { ...settings, handshake: undefined };
    expect(hmac.methods(none)).toEqual(['POST']);
    expect(hmac.methods(settings)).toEqual(['POST', 'HEAD']);
    const refused = (method: string) =>
      reasonOf(() => hmac.authenticate({ ...post(EVENT), method }, none, secretsOf(SECRET)));
    for (const method of ['GET', 'PUT', 'OPTIONS', 'HEAD', 'post'])
      expect(await refused(method)).toBe('body-shape');
    expect(await refused('POST')).toBeUndefined();
  });

  test('of an unsigned POST may not be missing', () => {
    expect(() => settingsOf({ signed: false, answer: 'body:challenge' })).toThrow('handshake: needs at');
  });
});

describe('a signed handshake', () => {
  const handshake = { at: 'body:type', is: 'a.created', answer: 'body:challenge' } as const;

  test('without a signature, or with another, is refused', async () => {
    expect(await reason(unsignedPost(EVENT), handshake)).toBe('signature-missing');
    expect(await reason(post(EVENT), handshake, 'another-secret')).toBe('signature-mismatch');
  });
});

describe('the secret in a handshake', () => {
  test.each([
    [{ ...metaQuery, 'hub.verify_token': `${SECRET}x` }, 'signature-mismatch'],
    [{ ...metaQuery, 'hub.verify_token': SECRET.toUpperCase() }, 'signature-mismatch'],
    [{ ...metaQuery, 'hub.verify_token': '' }, 'signature-missing'],
    [{ 'hub.mode': 'subscribe', 'hub.challenge': '1' }, 'signature-missing'],
  ])('%j: %s', async (query, expected) => {
    expect(await reason(get(query), META)).toBe(expected);
  });

  test('may be the previous one while it rotates', async () => {
    expect(await asked(get(metaQuery), META, 'the-new-one', SECRET)).toMatchObject({ outcome: 'confirmed' });
  });

  test('any other is refused', () =>
    fc.assert(
      fc.asyncProperty(fc.string(), async (text) => {
        if (text === SECRET) return;
        expect(await reason(get({ ...metaQuery, 'hub.verify_token': text }), META)).toMatch(/^signature-m/);
      }),
    ));
});

describe('an HMAC of a challenge', () => {
  const crc = { method: 'GET', answer: { response_token: 'hmac:query:crc_token' } } as const;
  const byPost = { at: 'body:challenge', signed: false, answer: 'hmac:body:challenge' } as const;

  test('is none of a text that a delivery could have: otherwise a stranger could send one', () =>
    fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue())),
        async (value) => {
          const forged = JSON.stringify(value);
          expect(await reason(get({ crc_token: forged }), crc)).toBe('body-shape');
          expect(await reason(get({ crc_token: ` ${forged}\n` }), crc)).toBe('body-shape');
          const asked_ = JSON.stringify({ challenge: forged });
          expect(await reason(unsignedPost(asked_), byPost)).toBe('body-shape');
        },
      ),
    ));

  test('is one of what senders ask', async () => {
    for (const token of ['abc', 'OTY5NDc1MTYtNjdkOC00', 'a+b/c==', 'a.b-c_d', '1158201444', 'a=1&b=2']) {
      expect(await asked(get({ crc_token: token }), crc)).toMatchObject({
        answer: { response_token: hmacOf(token) },
      });
    }
  });

  test.each<readonly [string, HandshakeOption, Partial<HmacOptions>]>([
    ['the fields of a form', crc, { bodyForm: 'form' }],
    ['the fields of a form, in a POST', byPost, { bodyForm: 'form', signedContent: '{form:sorted}' }],
    ['JSON in a form', crc, { bodyForm: 'form:p' }],
    ['lines', crc, { bodyForm: 'json-lines', items: 'body', eventName: 'item:type' }],
    ['a hash', crc, { signedContent: '{sha256:body}' }],
    ['some values', crc, { signedContent: '{body:id}', unsignedBody: true }],
  ])('is refused at synthesis where %s are signed', (_, handshake, more) => {
    expect(() => settingsOf(handshake, more)).toThrow('handshake: must be signed, or have secretAt');
    const withSecret = () => settingsOf({ ...handshake, secretAt: 'query:token' }, more);
    // A body that is not signed may be put behind another's proof.
    if (more.unsignedBody) expect(withSecret).toThrow('handshake: must be signed');
    else expect(withSecret).not.toThrow();
  });

  test('is none of such a text in a signed request either, where the challenge may stand in a header', async () => {
    const handshake = { at: 'body:type', is: 'x', answer: 'hmac:header:x-challenge' } as const;
    const body = '{"type":"x"}';
    expect(await asked(post(body, { 'x-challenge': '{}' }), handshake)).toMatchObject({
      outcome: 'accepted',
    });
    expect(await asked(post(body, { 'x-challenge': 'abc' }), handshake)).toMatchObject({
      answer: hmacOf('abc'),
    });
  });
});

describe('the answer', () => {
  const inHeader = {
    method: 'GET',
    at: 'query:challenge',
    answer: { 'header:x-challenge': 'query:challenge' },
  } as const;

  test('in a header is printable ASCII, whatever is asked', () =>
    fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string({ minLength: 1 }),
          fc.string({ unit: 'binary', minLength: 1 }),
          fc.string({
            unit: fc.constantFrom('a', '\r', '\n', '\0', ' ', ':', 'é', '\u2028', '\x7f'),
            minLength: 1,
          }),
        ),
        async (challenge) => {
          const { url } = get({ challenge });
          const request = { ...get({}), url };
          const decoded = new URL(url).searchParams.get('challenge') ?? '';
          if (/^[\x20-\x7e]+$/.test(decoded)) {
            expect(await asked(request, inHeader)).toEqual({
              outcome: 'confirmed',
              answerHeaders: { 'x-challenge': decoded },
            });
          } else expect(await reason(request, inHeader)).toBe('body-shape');
        },
      ),
    ));

  test.each(['a\r\nset-cookie: x=1', 'a\nb', 'a\rb', 'a\0', 'é', '\u0130'])(
    'in a header can’t be split: %j',
    async (challenge) => {
      expect(await reason(get({ challenge }), inHeader)).toBe('body-shape');
    },
  );

  test.each([
    [{ method: 'GET', answer: 'query:challenge' } as const, get({})],
    [{ method: 'GET', answer: { a: 'query:challenge' } } as const, get({ challenge: '' })],
  ])('that has nothing to say is none: %j', async (handshake, request) => {
    expect(await reason(request, handshake)).toBe('body-shape');
  });

  test.each([
    [{ at: 'body:type', is: 'a.created', answer: 'body:missing' } as const, post(EVENT)],
    [
      { at: 'body:type', is: 'x', answer: 'body:challenge' } as const,
      post('{"type":"x","challenge":{"a":1}}'),
    ],
    [{ at: 'body:type', is: 'x', answer: 'body:challenge' } as const, post('{"type":"x","challenge":null}')],
  ])(
    'that has nothing to say to what is signed: it is stored like any delivery: %j',
    async (handshake, request) => {
      expect(await asked(request, handshake)).toMatchObject({ outcome: 'accepted' });
    },
  );

  test('keeps a number as it is, and a field of any name', async () => {
    const handshake = {
      at: 'body:type',
      is: 'x',
      answer: { __proto__x: 'body:n', n: 'body:n' },
    } as const;
    const { answer } = await asked(post('{"type":"x","n":12345678901234567890}'), handshake);
    expect(JSON.stringify(answer)).toBe('{"__proto__x":12345678901234567890,"n":12345678901234567890}');
  });

  test('is an HMAC by the source’s algorithm, encoding and secret', async () => {
    const handshake = { method: 'GET', answer: 'hmac:query:c' } as const;
    const settings = settingsOf(handshake, {
      algorithm: 'sha512',
      encoding: 'base64',
      secretEncoding: 'base64',
    });
    const secret = Buffer.from(SECRET).toString('base64');
    const { answer } = await hmac.authenticate(get({ c: 'x' }), settings, secretsOf(secret));
    expect(answer).toBe(createHmac('sha512', SECRET).update('x').digest('base64'));
  });

  test('can’t be an HMAC where the secret is invalid: the sender is to come again', async () => {
    const handshake = { method: 'GET', answer: 'hmac:query:c' } as const;
    const settings = settingsOf(handshake, { secretEncoding: 'hex' });
    expect(await reasonOf(() => hmac.authenticate(get({ c: 'x' }), settings, secretsOf('no hex')))).toBe(
      'secret-unset',
    );
  });
});
