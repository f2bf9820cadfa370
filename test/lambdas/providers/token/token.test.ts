import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseSettings } from '../../../../lambdas/core/source.ts';
import { type TokenOptions, tokenSettings } from '../../../../lambdas/providers/token/settings.ts';
import { token } from '../../../../lambdas/providers/token/token.ts';
import { aRequest } from '../../support/deliveries.ts';
import { reasonOf } from '../../support/rejections.ts';
import { expectEveryChangeToCount, secretsOf } from '../../support/tampering.ts';

const SECRET = 'user:a-secret-of-the-sender';
const BODY = '{"type":"a.created"}';
const OPTIONS: TokenOptions = {
  name: 'acme',
  catalogue: { 'a.created': 'a.created' },
  token: 'header:x-token',
  eventName: 'body:type',
};
const settingsOf = (options: Partial<TokenOptions> = {}) =>
  parseSettings(tokenSettings, 'acme', { ...OPTIONS, ...options });

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
const URL_ = 'https://id.execute-api.eu-west-1.amazonaws.com/hooks/acme';

/** Where and how a sender may send its secret along. */
const WAYS: readonly (readonly [
  string,
  Partial<TokenOptions>,
  (secret: string) => {
    readonly headers?: Record<string, string>;
    readonly url?: string;
    readonly body?: string;
  },
])[] = [
  ['a header', {}, (secret) => ({ headers: { 'x-token': secret } })],
  [
    'Authorization with Bearer',
    { token: 'header:authorization', prefix: 'Bearer ' },
    (secret) => ({ headers: { authorization: `Bearer ${secret}` } }),
  ],
  [
    'Basic authentication',
    { token: 'header:authorization', tokenForm: 'basic' },
    (secret) => ({ headers: { authorization: basic(secret) } }),
  ],
  [
    'the query',
    { token: 'query:key' },
    (secret) => ({ url: `${URL_}?${new URLSearchParams({ a: 'b', key: secret })}` }),
  ],
  [
    'the body',
    { token: 'body:auth.token' },
    (secret) => ({ body: JSON.stringify({ type: 'a', auth: { token: secret } }) }),
  ],
];

const verdict = (
  { body = BODY, ...rest }: ReturnType<(typeof WAYS)[number][2]>,
  options: Partial<TokenOptions>,
  ...secrets: readonly string[]
) => reasonOf(() => token.authenticate(aRequest(body, rest), settingsOf(options), secretsOf(...secrets)));

describe.each(WAYS)('the secret in %s', (_, options, send) => {
  test('is accepted, whatever it is, and no other is', () =>
    fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom(...'abcABC019:+/=&%{}"\\é€😀'), minLength: 1 }),
        fc.string({ unit: fc.constantFrom(...'abcABC019:+/=&%'), minLength: 1 }),
        async (secret, other) => {
          expect(await verdict(send(secret), options, secret)).toBeUndefined();
          expect(await verdict(send(secret), options, other, secret)).toBeUndefined();
          if (other !== secret)
            expect(await verdict(send(other), options, secret)).toBe('signature-mismatch');
        },
      ),
    ));

  test.each([
    ['longer', `${SECRET}x`],
    ['shorter', SECRET.slice(0, -1)],
    ['in another case', SECRET.toUpperCase()],
    ['with a line break', `${SECRET}\n`],
    ['twice', SECRET + SECRET],
  ])('is not accepted %s', async (__, other) => {
    expect(await verdict(send(other), options, SECRET)).toBe('signature-mismatch');
  });

  test('is missing', async () => {
    expect(await verdict({}, options, SECRET)).toBe('signature-missing');
    expect(await verdict(send(''), options, SECRET)).toMatch(/^signature-/);
  });
});

test.each(WAYS.filter(([name]) => !/query|body/.test(name)))(
  'every character counts in %s',
  (_, options, send) => {
    const { headers = {} } = send(SECRET);
    return expectEveryChangeToCount({
      provider: token,
      settings: settingsOf(options),
      request: aRequest(BODY, { headers }),
      secret: SECRET,
      signedHeaders: Object.keys(headers),
      signedBody: false,
    });
  },
);

test('every character counts in the query, where a blank is a plus', () =>
  expectEveryChangeToCount({
    provider: token,
    settings: settingsOf({ token: 'query:key' }),
    request: aRequest(BODY, { url: `${URL_}?key=${encodeURIComponent(SECRET)}` }),
    secret: SECRET,
    signedHeaders: [],
    signedQuery: ['key'],
    signedBody: false,
  }));

test.each([
  ['Basic', 'Bearer x'],
  ['Basic', basic(SECRET).toLowerCase()],
  ['Basic', `Basic  ${basic(SECRET).slice(6)}`],
  ['Basic', `${basic(SECRET)}=`],
  ['Basic', basic(SECRET).replace(/=+$/, '')],
  ['Basic', `Basic ${SECRET}`],
])('%s is written exactly: not %j', async (_, authorization) => {
  const options = { token: 'header:authorization', tokenForm: 'basic' } as const;
  expect(await verdict({ headers: { authorization } }, options, 'user:a-secret-of-the-senders')).toMatch(
    /^signature-(malformed|mismatch)$/,
  );
});

test('of several places one is enough, and none of them may be wrong in all', async () => {
  const options = { token: ['header:x-a', 'header:x-b'] };
  const of = (headers: Record<string, string>) => verdict({ headers }, options, SECRET);
  expect(await of({ 'x-b': SECRET })).toBeUndefined();
  expect(await of({ 'x-a': 'x', 'x-b': SECRET })).toBeUndefined();
  expect(await of({ 'x-a': 'x', 'x-b': 'y' })).toBe('signature-mismatch');
});

test('in the query twice is nowhere', async () => {
  const url = `${URL_}?key=${encodeURIComponent(SECRET)}&key=x`;
  expect(await verdict({ url }, { token: 'query:key' }, SECRET)).toBe('signature-missing');
});

test('says that nothing is signed', () => {
  expect(token.openings(settingsOf())).toEqual([
    'the sender signs nothing: a delivery shows only that its sender has the secret, and a person who reads one delivery can make others',
  ]);
});

test.each<readonly [Readonly<Record<string, unknown>>, string]>([
  [{ token: 'x-token' }, 'token: must be the place of the proof'],
  [{ token: [] }, 'token: must be the place of the proof'],
  [{ tokenForm: 'digest' }, 'tokenForm: must be "plain" or "basic"'],
  [{ prefix: 5 }, 'prefix: must be the text before the secret'],
  [{ signedContent: 'raw' }, 'signedContent'],
  [
    { handshake: { at: 'body:type', is: 'x', answer: 'hmac:body:challenge' } },
    'handshake: must have no hmac: in its answer',
  ],
])('%j is said to be wrong', (options, message) => {
  expect(() => parseSettings(tokenSettings, 'acme', { ...OPTIONS, ...options })).toThrow(
    `Source "acme": ${message}`,
  );
});
