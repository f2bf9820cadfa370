import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Rejection } from '../../../../lambdas/core/rejection.ts';
import {
  type InnerSignature,
  innerSignatureCheck,
} from '../../../../lambdas/providers/ivvy/inner-signature.ts';
import { createIvvy, type IvvyOutside, ivvy } from '../../../../lambdas/providers/ivvy/ivvy.ts';
import type { IvvySettings } from '../../../../lambdas/providers/ivvy/settings.ts';
import { confirmSubscription } from '../../../../lambdas/providers/shared/sns/confirm-subscription.ts';
import { verifySns } from '../../../../lambdas/providers/shared/sns/signature.ts';
import { type IvvyOptions, ivvy as ivvySender } from '../../../../senders/ivvy.ts';
import type { SignedRequest } from '../../../../senders/sender.ts';
import { aRequest } from '../../support/deliveries.ts';
import { ivvySource, SIGNED_AT } from '../../support/ivvy.ts';
import { reasonOf } from '../../support/rejections.ts';
import { expectUnrecognized } from '../../support/unrecognized.ts';
import { startWorld, type World } from '../../support/world.ts';

const SAMPLE = { event: 'CompanyAdded', payload: '{"data":{"id":60825,"businessName":"Test Company 123"}}' };

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterEach(() => world.outside.behave());
afterAll(() => world.stop());

const noSecrets = async () => {
  throw new Error('iVvy has no secret');
};

/** What becomes of a POST at a door whose outside is the real one, unless it is told otherwise. */
const authenticate = (
  { body, headers }: Pick<SignedRequest, 'body' | 'headers'>,
  settings: Partial<IvvySettings> = {},
  over: Partial<IvvyOutside> = {},
) => {
  const outside = {
    verify: verifySns,
    confirm: confirmSubscription,
    checkInner: innerSignatureCheck(),
    ...over,
  };
  return createIvvy(outside).authenticate(aRequest(body, { headers }), ivvySource(settings), noSecrets);
};

const send = (options: IvvyOptions = {}, event = SAMPLE.event) =>
  ivvySender.sign({ ...SAMPLE, event }, world.pki, { now: SIGNED_AT, ...options });

describe('a notification', () => {
  test('is accepted, and its inner signature found valid', async () => {
    for (const signatureVersion of ['1', '2'] as const)
      expect(await authenticate(send({ signatureVersion }))).toEqual({
        outcome: 'accepted',
        parsed: expect.anything(),
        body: expect.any(String),
        findings: { innerSignature: 'valid' },
      });
  });

  test('is accepted whatever its content type says, and without the headers of SNS', async () => {
    const { body } = send();
    const several: readonly Readonly<Record<string, string>>[] = [
      {},
      { 'content-type': 'application/json' },
      { 'content-type': 'text/plain' },
    ];
    for (const headers of several)
      expect(await authenticate({ body, headers })).toMatchObject({ outcome: 'accepted' });
  });

  test('of another account is not, though SNS signed it', async () => {
    expect(await reasonOf(() => authenticate(send({ accountId: '15' })))).toBe('account-not-allowed');
    const smuggled = send({ inner: { AccountId: '15' } });
    expect(await reasonOf(() => authenticate(smuggled))).toBe('account-not-allowed');
    expect(await authenticate(send({ accountId: '15' }), { accountIds: ['14', '15'] })).toMatchObject({
      outcome: 'accepted',
    });
  });

  test.each([
    'text',
    '[]',
    '{}',
    '{"AccountId":"14","Subject":"CompanyAdded"}',
    '{"AccountId":"14","Subject":"CompanyAdded","Body":{}}',
  ])('that says %s is stored though not understood', async (Message) => {
    const event = await expectUnrecognized(
      createIvvy({ verify: verifySns, confirm: confirmSubscription, checkInner: innerSignatureCheck() }),
      ivvySource(),
      aRequest(send({ envelope: { Message } }).body),
      '',
    );
    expect(JSON.parse(String(event.data))).toMatchObject({ Type: 'Notification', Message });
  });

  test('that names another account is refused, even if the rest is not understood', async () => {
    const Message = '{"AccountId":"15"}';
    expect(await reasonOf(() => authenticate(send({ envelope: { Message } })))).toBe('account-not-allowed');
  });

  test('that is not understood lacks the signature that may be required', async () => {
    const request = send({ envelope: { Message: '{}' } });
    expect(await reasonOf(() => authenticate(request, { innerSignature: 'require' }))).toBe(
      'signature-missing',
    );
  });

  test('is stored as what is signed of it: what a sender adds changes nothing', async () => {
    const request = send();
    const bodyOf = async (body: Buffer) => (await authenticate({ ...request, body })).body;
    const added = `,"attacker":"any text","junk":[${'1.0,'.repeat(30_000)}1.0]}`;
    const longer = Buffer.from(request.body.toString().replace(/}$/, added));
    expect(await bodyOf(longer)).toBe(await bodyOf(request.body));
    expect(await bodyOf(longer)).not.toContain('attacker');
  });

  test('is refused with any byte of it changed that is signed', async () => {
    const { body, headers } = send();
    // Behind Timestamp stand the fields that are not signed: the version, which chooses the arithmetic, and the URLs.
    const end = body.indexOf('"SignatureVersion"');
    expect(end).toBeGreaterThan(500);
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: end - 1 }), fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const changed = Buffer.from(body);
        changed[at] = ((changed[at] ?? 0) + by) % 256;
        const fields = (text: Buffer) => JSON.stringify(JSON.parse(text.toString()));
        const isSame = () => {
          try {
            return fields(changed) === fields(body);
          } catch {
            return false;
          }
        };
        // White space between the fields means nothing.
        const reason = await reasonOf(() => authenticate({ body: changed, headers }));
        if (!isSame()) expect(reason).toBeDefined();
      }),
      { numRuns: 500 },
    );
  });

  test('is refused with any other body, and nothing is thrown but a rejection', async () => {
    const { headers } = send();
    const body = fc.oneof(fc.uint8Array(), fc.json().map(Buffer.from));
    await fc.assert(
      fc.asyncProperty(body, async (body) => {
        expect(await reasonOf(() => authenticate({ body: Buffer.from(body), headers }))).toBeDefined();
      }),
    );
  });
});

describe('iVvy’s own signature', () => {
  const found = (innerSignature: InnerSignature, mode: IvvySettings['innerSignature']) =>
    reasonOf(() =>
      authenticate(send(), { innerSignature: mode }, { checkInner: async () => innerSignature }),
    );

  test.each([
    ['valid', undefined],
    ['invalid', 'signature-mismatch'],
    ['missing', 'signature-missing'],
    ['key-not-allowed', 'key-not-allowed'],
    ['key-unavailable', 'key-unavailable'],
  ] as const)(
    '%s: required it is turned away for %s, reported and off it passes',
    async (innerSignature, reason) => {
      expect(await found(innerSignature, 'require')).toBe(reason);
      expect(await found(innerSignature, 'report')).toBeUndefined();
      expect(await found(innerSignature, 'off')).toBeUndefined();
    },
  );

  test.each(['valid', 'invalid', 'missing', 'key-not-allowed', 'key-unavailable'] as const)(
    '%s is what is reported',
    async (innerSignature) => {
      const verdict = await authenticate(send(), {}, { checkInner: async () => innerSignature });
      expect(verdict.findings).toEqual({ innerSignature });
    },
  );

  test('is not looked at where it is off', async () => {
    const before = world.outside.requests.length;
    expect(await authenticate(send(), { innerSignature: 'off' })).toEqual({
      outcome: 'accepted',
      parsed: expect.anything(),
      body: expect.any(String),
    });
    expect(world.outside.requests.slice(before).filter(({ host }) => host.startsWith('s3'))).toEqual([]);
  });

  test('really is checked, with iVvy’s key from iVvy’s bucket', async () => {
    const require = { innerSignature: 'require' } as const;
    expect(await reasonOf(() => authenticate(send(), require))).toBeUndefined();
    const forged = send({ inner: { Signature: null } });
    // The sender signs last: here the whole message is replaced by one that iVvy did not sign.
    const message = JSON.parse(JSON.parse(forged.body.toString()).Message) as object;
    const resent = send({ envelope: { Message: JSON.stringify({ ...message, Subject: 'CompanyDeleted' }) } });
    expect(await reasonOf(() => authenticate(resent, require))).toBe('signature-mismatch');
    world.outside.misbehave('key', 404);
    expect(await reasonOf(() => authenticate(send(), require))).toBe('key-unavailable');
    expect(await authenticate(send())).toMatchObject({ findings: { innerSignature: 'key-unavailable' } });
  });

  test('out of reach costs a reported delivery two seconds, and not the delivery', async () => {
    world.outside.misbehave('key', 'hang');
    const started = performance.now();
    expect(await authenticate(send())).toMatchObject({ outcome: 'accepted' });
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});

test('iVvy as Gatepost has it verifies with the real outside: SNS, its confirmation and iVvy’s bucket', async () => {
  const verdictOf = ({ body, headers }: Pick<SignedRequest, 'body' | 'headers'>) =>
    ivvy.authenticate(aRequest(body, { headers }), ivvySource({ innerSignature: 'require' }), noSecrets);
  expect(await verdictOf(send())).toEqual({
    outcome: 'accepted',
    parsed: expect.anything(),
    body: expect.any(String),
    findings: { innerSignature: 'valid' },
  });
  expect(await verdictOf(send({}, 'subscribe'))).toEqual({ outcome: 'confirmed' });
  const { body, headers } = send();
  const forged = { ...(JSON.parse(body.toString()) as object), Signature: 'AAAA' };
  expect(await reasonOf(() => verdictOf({ body: Buffer.from(JSON.stringify(forged)), headers }))).toBe(
    'signature-mismatch',
  );
});

describe('a handshake', () => {
  test('is confirmed at SNS, and then done', async () => {
    const before = world.outside.confirmations.length;
    expect(await authenticate(send({}, 'subscribe'))).toEqual({ outcome: 'confirmed' });
    expect(world.outside.confirmations).toHaveLength(before + 1);
  });

  test('is to be tried again where SNS doesn’t confirm it', async () => {
    world.outside.misbehave('confirmation', 500);
    expect(await reasonOf(() => authenticate(send({}, 'subscribe')))).toBe('confirmation-failed');
  });

  test('that is forged asks nobody for anything', async () => {
    const { body, headers } = send({}, 'subscribe');
    const forged = JSON.parse(body.toString()) as Record<string, string>;
    const before = world.outside.confirmations.length;
    for (const over of [
      { Token: `${forged.Token}0` },
      { SubscribeURL: 'https://evil.example/' },
      { Signature: 'AAAA' },
    ]) {
      const reason = await reasonOf(() =>
        authenticate({ body: Buffer.from(JSON.stringify({ ...forged, ...over })), headers }),
      );
      expect(reason).toBe('signature-mismatch');
    }
    expect(world.outside.confirmations).toHaveLength(before);
  });

  test('that SNS signed for another URL is not followed', async () => {
    const misled = send({ envelope: { SubscribeURL: 'https://evil.example/' } }, 'subscribe');
    expect(await reasonOf(() => authenticate(misled))).toBe('subscribe-url-not-allowed');
  });

  test('that ends a subscription is told, and its URL, which would subscribe again, not followed', async () => {
    const before = world.outside.requests.length;
    expect(await authenticate(send({}, 'unsubscribe'))).toEqual({ outcome: 'unsubscribed' });
    const paths = world.outside.requests.slice(before).map(({ path }) => path);
    expect(paths.filter((path) => path.includes('Action'))).toEqual([]);
  });
});

describe('the order of checks', () => {
  const steps = async (request: SignedRequest, over: Partial<IvvyOutside> = {}) => {
    const taken: string[] = [];
    const reason = await reasonOf(() =>
      authenticate(
        request,
        {},
        {
          verify: async () => void taken.push('verify'),
          confirm: async () => void taken.push('confirm'),
          checkInner: async () => {
            taken.push('checkInner');
            return 'valid';
          },
          ...over,
        },
      ),
    );
    return { taken, reason };
  };

  test('is the form, SNS’s signature, then iVvy’s or the confirmation', async () => {
    expect((await steps(send())).taken).toEqual(['verify', 'checkInner']);
    expect((await steps(send({}, 'subscribe'))).taken).toEqual(['verify', 'confirm']);
    expect((await steps(send({}, 'unsubscribe'))).taken).toEqual(['verify']);
    expect(await steps(send({ topicArn: 'arn:aws:sns:ap-southeast-2:1:x' }))).toEqual({
      taken: [],
      reason: 'topic-not-allowed',
    });
  });

  test('nothing is asked outside before SNS’s signature was found right', async () => {
    const verify = async () => {
      throw new Rejection('signature-mismatch');
    };
    for (const event of ['CompanyAdded', 'subscribe', 'unsubscribe'])
      expect(await steps(send({}, event), { verify })).toEqual({ taken: [], reason: 'signature-mismatch' });
  });

  test('another account’s key is never asked for', async () => {
    expect(await steps(send({ inner: { AccountId: '15' } }))).toEqual({
      taken: ['verify'],
      reason: 'account-not-allowed',
    });
  });
});
