import { createHmac } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { ivvyHeaders, ivvyStringToSign } from '../../../../lambdas/providers/ivvy/api-signature.ts';

// The examples of https://developer.ivvy.com/getting-started/creating-the-request/signing-the-request and of its page on HMAC-SHA1
const DOCUMENTED = {
  path: '/api/1.0/test?action=ping',
  body: '{"example":"body"}',
  at: new Date('2012-04-03T22:23:24.999Z'),
};
const TO_SIGN =
  'posta09f600c77a6dbd947db24c61e8935caapplication/json/api/1.0/test?action=ping1.0ivvydate=2012-04-03 22:23:24';

test('the string to sign is the documented one', () => {
  expect(ivvyStringToSign({ ...DOCUMENTED, body: DOCUMENTED.body })).toBe(TO_SIGN);
});

test('the documented HMAC is the one that is used here', () => {
  expect(createHmac('sha1', 'my secret key').update('string to sign').digest('hex')).toBe(
    'a993876ea1218921a1c8551923473da7b310dfae',
  );
});

test('the headers are the documented ones, and the signature is over that string', () => {
  const signature = createHmac('sha1', 'my secret key').update(TO_SIGN).digest('hex');
  expect(ivvyHeaders(DOCUMENTED, { key: 'KEY', secret: 'my secret key' })).toEqual({
    'content-type': 'application/json',
    'content-md5': 'a09f600c77a6dbd947db24c61e8935ca',
    'ivvy-date': '2012-04-03 22:23:24',
    'x-api-version': '1.0',
    'x-api-authorization': `IWS KEY:${signature}`,
  });
});
