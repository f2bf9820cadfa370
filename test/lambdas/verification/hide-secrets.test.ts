import { describe, expect, test } from '@jest/globals';
import * as v from 'valibot';
import { hmac } from '../../../lambdas/providers/hmac/hmac.ts';
import { hmacSettings } from '../../../lambdas/providers/hmac/settings.ts';
import { secretPlaces } from '../../../lambdas/providers/provider.ts';
import { tokenSettings } from '../../../lambdas/providers/token/settings.ts';
import { token } from '../../../lambdas/providers/token/token.ts';
import { hideSecrets } from '../../../lambdas/verification/hide-secrets.ts';
import { secretHash } from '../../../lambdas/verification/secret-hash.ts';
import { aRequest } from '../support/deliveries.ts';
import { reasonOf } from '../support/rejections.ts';

const SECRET = 'the-secret-of-the-source';
const EVENTS = { name: 'acme', eventName: 'body:type', catalogue: { made: 'order.created' } };
const BODY = '{"type":"made"}';
const URL = 'https://gate.example/hooks/acme';

const settingsOf = (over: object) => v.parse(tokenSettings, { ...EVENTS, ...over });

const hide = (settings: ReturnType<typeof settingsOf>, request = aRequest(BODY)) => ({
  ...request,
  ...hideSecrets(request, {
    places: secretPlaces(token, settings),
    scheme: token.scheme(settings),
    keptHeaders: token.keptHeaders?.(settings) ?? [],
  }),
});

const authenticate = (
  settings: ReturnType<typeof settingsOf>,
  request: ReturnType<typeof hide> | ReturnType<typeof aRequest>,
  secret = SECRET,
) => token.authenticate(request, settings, async (passes) => passes(secret));

const basic = Buffer.from(`user:${SECRET}`).toString('base64');

describe('a secret that is sent along is a hash, and can be verified all the same', () => {
  test.each([
    ['in a header', { token: 'header:x-gitlab-token' }, { headers: { 'x-gitlab-token': SECRET } }, SECRET],
    [
      'after a prefix',
      { token: 'header:authorization', prefix: 'Bearer ' },
      { headers: { authorization: `Bearer ${SECRET}` } },
      SECRET,
    ],
    [
      'as Basic',
      { token: 'header:authorization', tokenForm: 'basic' },
      { headers: { authorization: `Basic ${basic}` } },
      `user:${SECRET}`,
    ],
    ['in a list', { token: 'header:x-auth.key' }, { headers: { 'x-auth': `id=7,key=${SECRET}` } }, SECRET],
    ['in the URL', { token: 'query:key' }, { url: `${URL}?a=b%20c&key=${SECRET}&d=1` }, SECRET],
  ] as const)('%s', async (_, over, sent, secret) => {
    const settings = settingsOf(over);
    const request = aRequest(BODY, { url: URL, ...sent });
    expect(await reasonOf(() => authenticate(settings, request, secret))).toBeUndefined();

    const hidden = hide(settings, request);
    expect(JSON.stringify([hidden.headers, hidden.url])).not.toContain(SECRET);
    expect(JSON.stringify([hidden.headers, hidden.url])).not.toContain(basic);
    expect(await reasonOf(() => authenticate(settings, hidden, secret))).toBeUndefined();
    expect(await reasonOf(() => authenticate(settings, hidden, `${secret}!`))).toBe('signature-mismatch');
    // Without the mark, which no request has that comes through the gate, the hash is a wrong secret.
    const { hashed: _hashed, ...sentAgain } = hidden;
    expect(await reasonOf(() => authenticate(settings, sentAgain, secret))).toBe('signature-mismatch');
  });

  test('what else is in the URL stays as it was written', () => {
    const { url } = hide(
      settingsOf({ token: 'query:key' }),
      aRequest(BODY, { url: `${URL}?a=b%20c&key=${SECRET}&d=1+2` }),
    );
    expect(url).toBe(`${URL}?a=b%20c&key=${secretHash(SECRET)}&d=1+2`);
  });

  test('also where the source was declared for another place, and the sender is right', async () => {
    const request = aRequest(BODY, {
      headers: { 'x-gitlab-token': SECRET, authorization: `Basic ${basic}` },
    });
    const hidden = hide(settingsOf({ token: 'header:x-token' }), request);
    expect(JSON.stringify(hidden.headers)).not.toContain(SECRET);
    expect(JSON.stringify(hidden.headers)).not.toContain(basic);
    const mended = settingsOf({ token: 'header:x-gitlab-token' });
    expect(await reasonOf(() => authenticate(mended, hidden))).toBeUndefined();
  });

  test('in the request of a handshake', async () => {
    const settings = v.parse(hmacSettings, {
      ...EVENTS,
      signature: 'header:x-signature',
      handshake: { method: 'GET', secretAt: 'query:hub.verify', answer: 'query:hub.challenge' },
    });
    const request = aRequest('', { method: 'GET', url: `${URL}?hub.verify=${SECRET}&hub.challenge=42` });
    const parts = {
      places: secretPlaces(hmac, settings),
      scheme: hmac.scheme(settings),
      keptHeaders: [],
    };
    const hidden = { ...request, ...hideSecrets(request, parts) };
    expect(hidden.url).not.toContain(SECRET);
    const check = (secret: string) => hmac.authenticate(hidden, settings, async (passes) => passes(secret));
    expect(await check(SECRET)).toMatchObject({ outcome: 'confirmed', answer: '42' });
    expect(await reasonOf(() => check('another secret'))).toBe('signature-mismatch');
  });
});

test('what a scheme verifies by stays, whatever it is called', () => {
  const settings = v.parse(hmacSettings, {
    ...EVENTS,
    signature: 'header:authorization',
    prefix: 'HMAC ',
    signedContent: '{header:x-token-time}.{query:token}.{body}',
  });
  const headers = {
    authorization: 'HMAC 00',
    'x-token-time': '1700000000',
    cookie: 'session=secret',
    'user-agent': 'a',
  };
  const url = `${URL}?token=signed&api_key=${SECRET}`;
  const hidden = hideSecrets(aRequest(BODY, { headers, url }), {
    places: [],
    scheme: hmac.scheme(settings),
    keptHeaders: [],
  });
  expect(hidden.headers).toEqual({ ...headers, cookie: secretHash('session=secret') });
  expect(hidden.url).toBe(`${URL}?token=signed&api_key=${secretHash(SECRET)}`);
});
