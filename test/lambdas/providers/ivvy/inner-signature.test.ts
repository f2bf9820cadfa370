import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseInnerMessage } from '../../../../lambdas/providers/ivvy/inner-message.ts';
import { innerSignatureCheck } from '../../../../lambdas/providers/ivvy/inner-signature.ts';
import type { GotText } from '../../../../lambdas/runtime/outgoing-get.ts';
import { type InnerMessage, innerMessage, signInner } from '../../../../senders/ivvy.ts';
import { utf8Text } from '../../support/text.ts';

const REGIONS = ['ap-southeast-2'];
const DOCUMENTED = JSON.parse(
  readFileSync(new URL('./documented-notification.json', import.meta.url), 'utf8'),
) as { readonly Message: string };

let privateKey: string;
let publicKey: string;
beforeAll(() => {
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  privateKey = pem(keys.privateKey);
  publicKey = pem(keys.publicKey);
});

const pem = (key: KeyObject): string =>
  key.export({ type: key.type === 'private' ? 'pkcs8' : 'spki', format: 'pem' }).toString();

/** iVvy's bucket, and a clock that stands until it is moved. */
const setUp = (first?: () => Promise<GotText>) => {
  const state = {
    nowMs: 0,
    asked: [] as string[],
    answer: first ?? (async () => ({ status: 200, text: publicKey })),
  };
  const check = innerSignatureCheck(
    async (url) => {
      state.asked.push(url.href);
      return state.answer();
    },
    () => state.nowMs,
  );
  return {
    state,
    check: (message: InnerMessage, regions: readonly string[] = REGIONS) =>
      check(parseInnerMessage(JSON.stringify(message)), regions),
  };
};

const aMessage = (over: InnerMessage = {}) => innerMessage({ event: 'CompanyAdded' }, { inner: over });
const signed = (over: InnerMessage = {}) => signInner(aMessage(over), privateKey);

describe('a signature is valid', () => {
  test('over the text that the documented message gives', async () => {
    // Worked out from the vendor's code, the documented message and nothing of ours: providers.md, 1.3.
    const text =
      'b898c04362bcbfe984f1867ce7db5599:stage:1710115244:14:companyadded:7fb157be320332958bf1a3da64fd010ce26ff661';
    const Signature = createSign('RSA-SHA1').update(text).sign(privateKey, 'base64');
    const { state, check } = setUp();
    expect(await check({ ...(JSON.parse(DOCUMENTED.Message) as InnerMessage), Signature })).toBe('valid');
    expect(state.asked).toEqual([
      'https://s3-ap-southeast-2.amazonaws.com/notifications.stageau.ap-southeast-2.ivvy.com/accounts/14/1537854341/notifcert.txt',
    ]);
  });

  test('whatever the message says', async () => {
    const { check } = setUp();
    const fields = fc.record({
      TxnId: fc.option(utf8Text(20), { nil: null }),
      Subject: utf8Text(20),
      Body: utf8Text(60),
      Timestamp: fc.oneof(fc.nat(), fc.nat().map(String), fc.constant(null)),
      SourceInfo: fc.option(utf8Text(20), { nil: null }),
    });
    await fc.assert(
      fc.asyncProperty(fields, async (fields) => {
        // In the text that is signed a transaction that there is none of is empty.
        expect(await check(signed(fields))).toBe('valid');
      }),
    );
  });

  test('in production with the key of its region, in staging with that of staging', async () => {
    const { state, check } = setUp();
    expect(await check(signed({ Region: 'ap-southeast-2' }))).toBe('valid');
    expect(await check(signed({ Region: 'us-west-2' }), [...REGIONS, 'us-west-2'])).toBe('valid');
    expect(state.asked).toEqual([
      'https://s3-ap-southeast-2.amazonaws.com/accountnotifications.ap-southeast-2.ivvy.com/accounts/14/1537854341/notifcert.txt',
      'https://s3-us-west-2.amazonaws.com/accountnotifications.us-west-2.ivvy.com/accounts/14/1537854341/notifcert.txt',
    ]);
  });
});

describe('a signature is invalid', () => {
  test.each([
    ['TxnId', 'b898'],
    ['TxnId', null],
    ['Region', 'ap-southeast-2'],
    ['Timestamp', 1],
    ['Timestamp', null],
    ['Subject', 'CompanyDeleted'],
    ['Body', '{ }'],
    ['Body', ''],
  ])('with another %s: %j', async (name, value) => {
    expect(await setUp().check({ ...signed(), [name]: value })).toBe('invalid');
  });

  test('with another account, though that has the key', async () => {
    const message = { ...signed(), AccountId: '15', SigningPublicKeyPath: '/accounts/15/1/notifcert.txt' };
    expect(await setUp().check(message)).toBe('invalid');
  });

  test('with a character of the body changed', async () => {
    const { check } = setUp();
    const message = signed({ Body: '{"data":{"id":60825}}' });
    for (let at = 0; at < String(message.Body).length; at++) {
      const Body = `${String(message.Body).slice(0, at)}~${String(message.Body).slice(at + 1)}`;
      expect(await check({ ...message, Body })).toBe('invalid');
    }
  });

  test.each(['AAAA', 'no base64 at all', '=', '\u0000'])('that is none: %j', async (Signature) => {
    expect(await setUp().check({ ...signed(), Signature })).toBe('invalid');
  });

  test('by another key', async () => {
    const { privateKey: other } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    expect(await setUp().check(signInner(aMessage(), pem(other)))).toBe('invalid');
  });
});

test.each(['Signature', 'SigningPublicKeyPath'])('a message without %s has no signature', async (name) => {
  const { state, check } = setUp();
  for (const value of [undefined, null, ''])
    expect(await check({ ...signed(), [name]: value })).toBe('missing');
  expect(state.asked).toEqual([]);
});

describe('a key that is not one of iVvy’s is never asked for', () => {
  const refused = async (over: InnerMessage) => {
    const { state, check } = setUp();
    expect(await check(signed(over))).toBe('key-not-allowed');
    expect(state.asked).toEqual([]);
  };

  test.each([
    '/../attacker-bucket/key.txt',
    '/accounts/14/../../../attacker-bucket/accounts/14/1/notifcert.txt',
    '/accounts/14/1/../../../attacker-bucket/notifcert.txt',
    '/%2e%2e/attacker-bucket/accounts/14/1/notifcert.txt',
    '/accounts/14/%2e%2e/notifcert.txt',
    '\\..\\attacker-bucket\\key.txt',
    '/\\attacker.example/accounts/14/1/notifcert.txt',
    '//attacker.example/accounts/14/1/notifcert.txt',
    '@attacker.example/accounts/14/1/notifcert.txt',
    '.attacker.example/accounts/14/1/notifcert.txt',
    'accounts/14/1/notifcert.txt',
    '/accounts/15/1/notifcert.txt',
    '/accounts/014/1/notifcert.txt',
    '/accounts//1/notifcert.txt',
    '/accounts/14/1/notifcert.txt?versionId=x',
    '/accounts/14/1/notifcert.txt#x',
    '/accounts/14/1/notifcert.txt/..',
    '/accounts/14/1/notifcert.txt\n',
    '\n/accounts/14/1/notifcert.txt',
    '/accounts/14/1/notifcertXtxt',
    '/accounts/14/1/key.txt',
    '/accounts/١٤/1/notifcert.txt',
  ])('at the path %j', async (SigningPublicKeyPath) => {
    await refused({ SigningPublicKeyPath });
  });

  test.each([
    'x.evil.example/',
    'ap-southeast-2.evil.example/',
    'us-west-2',
    'AP-SOUTHEAST-2',
    'Stage',
    'stage/',
    ' ap-southeast-2',
    '__proto__',
    null,
  ])('in the region %j', async (Region) => {
    await refused({ Region });
  });

  test('whatever path and region say', async () => {
    const { state, check } = setUp();
    await fc.assert(
      fc.asyncProperty(utf8Text(30), utf8Text(30), fc.boolean(), async (path, region, beginsWell) => {
        const SigningPublicKeyPath = beginsWell ? `/accounts/14/1/notifcert.txt${path}` : path;
        await check({ ...signed(), SigningPublicKeyPath, Region: region });
        for (const href of state.asked)
          expect(href).toBe(
            'https://s3-ap-southeast-2.amazonaws.com/notifications.stageau.ap-southeast-2.ivvy.com/accounts/14/1/notifcert.txt',
          );
      }),
    );
  });
});

describe('the key', () => {
  test('is fetched once an hour', async () => {
    const { state, check } = setUp();
    for (const minutes of [0, 10, 59]) {
      state.nowMs = minutes * 60_000;
      expect(await check(signed())).toBe('valid');
    }
    expect(state.asked).toHaveLength(1);
    state.nowMs = 60 * 60_000;
    await check(signed());
    expect(state.asked).toHaveLength(2);
  });

  const other = (type: 'ed25519' | 'ec') =>
    pem(
      type === 'ec'
        ? generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey
        : generateKeyPairSync('ed25519').publicKey,
    );

  test.each([
    ['missing', async () => ({ status: 404, text: '' })],
    ['an error page', async () => ({ status: 200, text: '<html>' })],
    ['empty', async () => ({ status: 200, text: '' })],
    ['half of one', async () => ({ status: 200, text: publicKey.slice(0, 100) })],
    ['with an error’s status', async () => ({ status: 403, text: publicKey })],
    ['a redirect', async () => ({ status: 302, text: '' })],
    ['out of reach', () => Promise.reject(new Error('ECONNREFUSED'))],
    ['a key of another kind: ed25519', async () => ({ status: 200, text: other('ed25519') })],
    ['a key of another kind: EC', async () => ({ status: 200, text: other('ec') })],
  ] as const)('%s: unavailable, and asked for again after a minute', async (_, answer) => {
    const { state, check } = setUp(answer);
    expect(await check(signed())).toBe('key-unavailable');
    state.nowMs = 59_000;
    state.answer = async () => ({ status: 200, text: publicKey });
    expect(await check(signed())).toBe('key-unavailable');
    expect(state.asked).toHaveLength(1);
    state.nowMs = 60_000;
    expect(await check(signed())).toBe('valid');
  });

  test('of one account is none of another', async () => {
    const { state, check } = setUp();
    await check(signed());
    await check(signed({ AccountId: '15', SigningPublicKeyPath: '/accounts/15/1/notifcert.txt' }));
    expect(new Set(state.asked).size).toBe(2);
  });

  test('of a hundred paths is remembered, and all are forgotten for one more', async () => {
    const { state, check } = setUp();
    const message = signed();
    const checkAt = (number: number) =>
      check({ ...message, SigningPublicKeyPath: `/accounts/14/${number}/notifcert.txt` });
    for (let time = 0; time < 2; time++) for (let number = 0; number < 100; number++) await checkAt(number);
    expect(state.asked).toHaveLength(100);
    await checkAt(100);
    await checkAt(0);
    expect(state.asked).toHaveLength(102);
  });

  test('of however many paths takes no more than so much memory', async () => {
    const { state, check } = setUp();
    const message = signed();
    for (let number = 0; number < 150; number++)
      await check({ ...message, SigningPublicKeyPath: `/accounts/14/${number}/notifcert.txt` });
    expect(state.asked).toHaveLength(150);
    // So the first of them is forgotten.
    expect(await check({ ...message, SigningPublicKeyPath: '/accounts/14/0/notifcert.txt' })).toBe('valid');
    expect(state.asked).toHaveLength(151);
  });
});
