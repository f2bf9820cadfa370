import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Rejection } from '../../../lambdas/core/rejection.ts';
import { hideKnownSecrets } from '../../../lambdas/verification/hide-known-secrets.ts';
import { secretHash } from '../../../lambdas/verification/secret-hash.ts';
import { secretsOf } from '../support/tampering.ts';

const SECRET = 'a secret/with=signs & blanks';
const OLD = 'the secret of yesterday';
const URL = 'https://gate.example/hooks/acme';
const NOTHING = { headers: {}, url: URL, path: {}, hashed: new Set<string>() };

/** A secret as it is, or as Basic writes it, with what may stand around it. */
const written = fc
  .tuple(
    fc.constantFrom('', 'Bearer ', 'id=7,key='),
    fc
      .constantFrom(SECRET, OLD)
      .chain((secret) => fc.constantFrom(secret, Buffer.from(secret).toString('base64'))),
    fc.constantFrom('', ', and more'),
  )
  .map((parts) => parts.join(''));

test('wherever a secret is, its hash is kept', async () => {
  await fc.assert(
    fc.asyncProperty(written, written, written, async (header, parameter, event) => {
      const given = {
        ...NOTHING,
        headers: { 'x-foo': header },
        url: `${URL}/${encodeURIComponent(event)}?a=b%20c&${new URLSearchParams({ x: parameter })}`,
        path: { event },
      };
      const { headers, url, path, hashed } = await hideKnownSecrets(given, secretsOf(SECRET, OLD));
      const { pathname, search, searchParams } = new globalThis.URL(url);
      const texts = [headers['x-foo'], searchParams.get('x'), decodeURIComponent(pathname), path.event];
      for (const secret of [SECRET, OLD]) {
        expect(JSON.stringify(texts)).not.toContain(secret);
        expect(JSON.stringify(texts)).not.toContain(Buffer.from(secret).toString('base64'));
      }
      expect(search).toMatch(/^\?a=b%20c&x=/);
      expect([...hashed]).toEqual(['header:x-foo', 'query:x']);
    }),
  );
});

test('a header that is the secret can be verified by its hash', async () => {
  const hidden = await hideKnownSecrets({ ...NOTHING, headers: { 'x-foo': SECRET } }, secretsOf(SECRET));
  expect(hidden).toEqual({
    ...NOTHING,
    headers: { 'x-foo': secretHash(SECRET) },
    hashed: new Set(['header:x-foo']),
  });
});

test('what is no secret stays as it was written, and so does what was hidden before', async () => {
  const request = {
    headers: { 'user-agent': 'a', 'x-none': undefined },
    url: `${URL}?a=b%20c&d=1+2&%zz`,
    path: { event: 'made' },
    hashed: new Set(['header:x-token']),
  };
  expect(await hideKnownSecrets(request, secretsOf(SECRET))).toEqual({
    ...request,
    headers: { 'user-agent': 'a' },
  });
});

test('a secret that is not set hides nothing; a fault of our own is none of the request', async () => {
  const unset = async () => {
    throw new Rejection('secret-unset');
  };
  expect(await hideKnownSecrets(NOTHING, unset)).toEqual(NOTHING);
  const broken = async () => {
    throw new TypeError('broken');
  };
  await expect(hideKnownSecrets(NOTHING, broken)).rejects.toThrow('broken');
});
