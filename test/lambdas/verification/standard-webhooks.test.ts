import { createPrivateKey, createPublicKey, randomBytes, sign } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import type { WebhookRequest } from '../../../lambdas/core/request.ts';
import { standardWebhooksScheme } from '../../../lambdas/verification/schemes/standard-webhooks.ts';
import type { SecretCheck } from '../../../lambdas/verification/secret-check.ts';
import { verify } from '../../../lambdas/verification/verify.ts';
import { aRequest, RECEIVED_AT } from '../support/deliveries.ts';
import { reasonOf } from '../support/rejections.ts';
import { secretsOf } from '../support/tampering.ts';

// The values of the specification's own test suites.
// https://github.com/standard-webhooks/standard-webhooks `libraries/javascript/src/webhook.test.ts`, `libraries/go/webhook_asymmetric_test.go`
const ID = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
const PAYLOAD = '{"test": 2432232314}';
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const TIMESTAMP = 1614265330;
const SIGNATURE = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';
const ANOTHER_SIGNATURE = 'v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=';
const ED25519_SEED = 'VEVTVFNJR05JTkdLRVlET05PVFVTRVRISVNGT1JBTlk=';
const ED25519_SIGNATURE =
  'v1a,tQ9V2XOqn7jL/DQenEFpqIugdBVtiMmER5mhSkXBNwM0mkATuDe6KYYUuxqtaiHeYGb7KaaBRdM5WqyeFiL8Ag==';

const SIGNED_AT = new Date(TIMESTAMP * 1000);

/** The private ed25519 key of a seed: PKCS#8 is the seed behind a fixed beginning. */
const privateKey = (seed: string) =>
  createPrivateKey({
    key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.from(seed, 'base64')]),
    format: 'der',
    type: 'pkcs8',
  });

const publicKey = (seed: string): string => {
  const { x = '' } = createPublicKey(privateKey(seed)).export({ format: 'jwk' });
  return `whpk_${Buffer.from(x, 'base64url').toString('base64')}`;
};

const verifyStandardWebhook = (
  request: WebhookRequest,
  { tolerance, headerPrefix }: { readonly tolerance: number; readonly headerPrefix?: string },
  secrets: SecretCheck,
) => verify(request, standardWebhooksScheme(tolerance, headerPrefix), secrets);

interface Sent {
  readonly id?: string | undefined;
  readonly timestamp?: string | undefined;
  readonly signature?: string | undefined;
  readonly body?: string | Buffer;
  readonly receivedAt?: Date;
}

const sent = (over: Sent = {}): WebhookRequest => {
  const { id, timestamp, signature, body, receivedAt } = {
    id: ID,
    timestamp: String(TIMESTAMP),
    signature: SIGNATURE,
    body: PAYLOAD,
    receivedAt: SIGNED_AT,
    ...over,
  };
  return aRequest(body, {
    headers: { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature },
    receivedAt,
  });
};

/** Why it is turned away; undefined where it isn't. */
const verdict = (over: Sent = {}, secret = SECRET, tolerance = 300) =>
  reasonOf(() => verifyStandardWebhook(sent(over), { tolerance }, secretsOf(secret)));

describe('the vectors of the specification', () => {
  test('v1', async () => {
    expect(await verdict()).toBeUndefined();
    expect(await verdict({ body: '{"test": 2432232315}' })).toBe('signature-mismatch');
  });

  test('v1a', async () => {
    expect(await verdict({ signature: ED25519_SIGNATURE }, publicKey(ED25519_SEED))).toBeUndefined();
    expect(await verdict({ signature: ED25519_SIGNATURE, id: `${ID}x` }, publicKey(ED25519_SEED))).toBe(
      'signature-mismatch',
    );
  });

  test('several signatures, of which one fits', async () => {
    const others = [ANOTHER_SIGNATURE, ANOTHER_SIGNATURE.replace('v1', 'v2')];
    expect(await verdict({ signature: [...others, SIGNATURE, ANOTHER_SIGNATURE].join(' ') })).toBeUndefined();
    expect(await verdict({ signature: others.join(' ') })).toBe('signature-mismatch');
  });

  test('a secret without its prefix', async () => {
    expect(await verdict({}, SECRET.slice('whsec_'.length))).toBeUndefined();
  });

  test.each<[string, Sent]>([
    ['signature-missing', { id: undefined }],
    ['signature-missing', { timestamp: undefined }],
    ['signature-missing', { signature: undefined }],
    ['signature-malformed', { timestamp: 'hello' }],
    ['signature-malformed', { signature: 'v1,dawfeoifkpqwoekfpqoekf' }],
    ['signature-malformed', { signature: SIGNATURE.slice(0, 8) }],
    ['signature-malformed', { signature: 'v1,' }],
    ['signature-malformed', { signature: ANOTHER_SIGNATURE.replace('v1', 'v1a') }],
  ])('%s: %j', async (reason, over) => {
    expect(await verdict(over)).toBe(reason);
  });
});

test('what the reference library signs is accepted, whatever the payload is: an object or a list', async () => {
  for (const length of [24, 32, 64]) {
    const secret = `whsec_${randomBytes(length).toString('base64')}`;
    for (const body of ['{}', '{"a":"ä€😀"}', ' {"a" : 1.0} ', `["${'x'.repeat(100_000)}"]`]) {
      const id = `msg_${length}`;
      const signature = new Webhook(secret).sign(id, RECEIVED_AT, body);
      const timestamp = String(RECEIVED_AT.getTime() / 1000);
      expect(
        await verdict({ id, timestamp, signature, body, receivedAt: RECEIVED_AT }, secret),
      ).toBeUndefined();
    }
  }
});

describe('the time of signing', () => {
  const later = (seconds: number) => new Date(SIGNED_AT.getTime() + seconds * 1000);

  test('may be as far off as is tolerated, back and ahead', async () => {
    expect(await verdict({ receivedAt: later(300) })).toBeUndefined();
    expect(await verdict({ receivedAt: later(301) })).toBe('stale');
    expect(await verdict({ receivedAt: later(-300) })).toBeUndefined();
    expect(await verdict({ receivedAt: later(-301) })).toBe('future');
    expect(await verdict({ receivedAt: later(301) }, SECRET, 600)).toBeUndefined();
  });

  test('is only stale where it is genuine', async () => {
    expect(await verdict({ receivedAt: later(301), body: '{}' })).toBe('signature-mismatch');
  });

  test.each([
    '',
    '1614265330.5',
    '+1614265330',
    '-1614265330',
    ' 1614265330',
    '1614265330,1614265330',
    '0x60',
    '1e9',
  ])('%j is no whole number of seconds', async (timestamp) => {
    expect(await verdict({ timestamp })).toBe(timestamp === '' ? 'signature-missing' : 'signature-malformed');
  });
});

describe('headers', () => {
  test('that came several times are refused: API Gateway joins them by commas', async () => {
    expect(await verdict({ id: `${ID},${ID}` })).toBe('signature-mismatch');
    expect(await verdict({ signature: `${SIGNATURE},${SIGNATURE}` })).toBe('signature-malformed');
  });

  test.each([
    `v1,AAAA ${SIGNATURE}`,
    `${SIGNATURE.replace(',', ', ')}`,
    `v1, ${SIGNATURE}`,
    ` ${SIGNATURE}  `,
    `${SIGNATURE}  v1,`,
    `v99,of-which-nothing-is-known ${SIGNATURE}`,
    `no entry at all ${SIGNATURE}`,
    `${ANOTHER_SIGNATURE},${ANOTHER_SIGNATURE} ${SIGNATURE}`,
  ])('with a good signature beside what is none are accepted: %s', async (signature) => {
    expect(await verdict({ signature })).toBeUndefined();
    // But only where it is good.
    expect(
      await verdict({ signature: signature.replace(SIGNATURE.slice(3), ANOTHER_SIGNATURE.slice(3)) }),
    ).toBe('signature-mismatch');
  });

  test('may begin otherwise', async () => {
    const { headers, ...request } = sent();
    const renamed = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.replace('webhook-', 'svix-'), value]),
    );
    const reason = (headerPrefix?: string) =>
      reasonOf(() =>
        verifyStandardWebhook(
          { ...request, headers: renamed },
          { tolerance: 300, ...(headerPrefix !== undefined && { headerPrefix }) },
          secretsOf(SECRET),
        ),
      );
    expect(await reason('svix-')).toBeUndefined();
    expect(await reason()).toBe('signature-missing');
  });

  test('with more signatures than a sender has keys are refused unread', async () => {
    const list = (length: number) =>
      [...Array<string>(length - 1).fill(ANOTHER_SIGNATURE), SIGNATURE].join(' ');
    expect(await verdict({ signature: list(20) })).toBeUndefined();
    expect(await verdict({ signature: list(21) })).toBe('signature-malformed');

    let asked = 0;
    const countingSecrets = async () => {
      asked++;
      return false;
    };
    const reason = await reasonOf(() =>
      verifyStandardWebhook(sent({ signature: list(1_000) }), { tolerance: 300 }, countingSecrets),
    );
    expect(reason).toBe('signature-malformed');
    expect(asked).toBe(0);
  });
});

describe('keys', () => {
  const OTHER = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

  test('several may be valid at a time, of both kinds', async () => {
    const secret = `${OTHER}\n${publicKey(ED25519_SEED)} \t ${SECRET}`;
    expect(await verdict({}, secret)).toBeUndefined();
    expect(await verdict({ signature: ED25519_SIGNATURE }, secret)).toBeUndefined();
    expect(await verdict({ signature: ANOTHER_SIGNATURE }, secret)).toBe('signature-mismatch');
  });

  test('of one kind say nothing about signatures of the other', async () => {
    expect(await verdict({ signature: ED25519_SIGNATURE })).toBe('signature-mismatch');
    expect(await verdict({}, publicKey(ED25519_SEED))).toBe('signature-mismatch');
    // A public key is known to everybody: used as a secret, anybody could sign with it.
    const asSecret = new Webhook(publicKey(ED25519_SEED).slice('whpk_'.length));
    expect(await verdict({ signature: asSecret.sign(ID, SIGNED_AT, PAYLOAD) }, publicKey(ED25519_SEED))).toBe(
      'signature-mismatch',
    );
  });

  test.each([
    'not base64 at all, just words',
    'whsec_',
    `whsec_${Buffer.alloc(23, 1).toString('base64')}`,
    `whsec_${Buffer.alloc(65, 1).toString('base64')}`,
    `whsk_${ED25519_SEED}`,
    `whpk_${Buffer.alloc(31, 1).toString('base64')}`,
    `${SECRET} whsec_short`,
    `${SECRET} whpk_short`,
  ])('%s is no secret: the provider is to come again once it is mended', async (secret) => {
    expect(await verdict({}, secret)).toBe('secret-unset');
  });

  test('may be written without padding, and in base64url', async () => {
    const key = Buffer.from(SECRET.slice('whsec_'.length), 'base64');
    for (const text of [key.toString('base64').replaceAll('=', ''), key.toString('base64url')])
      expect(await verdict({}, `whsec_${text}`)).toBeUndefined();
    const seed = publicKey(ED25519_SEED).slice('whpk_'.length);
    for (const text of [seed.replaceAll('=', ''), Buffer.from(seed, 'base64').toString('base64url')])
      expect(await verdict({ signature: ED25519_SIGNATURE }, `whpk_${text}`)).toBeUndefined();
  });

  test('of another form are told what a secret has to be, in the log', async () => {
    await expect(
      verifyStandardWebhook(sent(), { tolerance: 300 }, secretsOf('no secret, just words')),
    ).rejects.toThrow(
      'the secret is not one or several of whsec_<base64 of 24 to 64 bytes> and whpk_<base64 of 32 bytes>, separated by white space',
    );
  });

  test('an old secret that is no good does not hide that a new one is', async () => {
    const reason = (signature: string) =>
      reasonOf(() =>
        verifyStandardWebhook(
          sent({ signature }),
          { tolerance: 300 },
          secretsOf('no secret, just words', SECRET),
        ),
      );
    expect(await reason(SIGNATURE)).toBeUndefined();
    expect(await reason(ANOTHER_SIGNATURE)).toBe('signature-mismatch');
  });

  test('ed25519 signs anew as well', async () => {
    const body = '{"type":"a.b"}';
    const content = Buffer.from(`${ID}.${TIMESTAMP}.${body}`);
    const signature = `v1a,${sign(null, content, privateKey(ED25519_SEED)).toString('base64')}`;
    expect(await verdict({ signature, body }, publicKey(ED25519_SEED))).toBeUndefined();
  });
});
