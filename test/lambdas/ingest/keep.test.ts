import { randomBytes } from 'node:crypto';
import type { SendMessageCommand } from '@aws-sdk/client-sqs';
import { describe, expect, test } from '@jest/globals';
import {
  MAX_KEPT_BYTES,
  type RejectedRequest,
  readRejectedRequest,
  toRequest,
} from '../../../lambdas/core/rejected-request.ts';
import { REASONS, type Reason, Rejection } from '../../../lambdas/core/rejection.ts';
import { rejectedQueue } from '../../../lambdas/ingest/keep.ts';
import { altoviz } from '../../../lambdas/providers/altoviz/altoviz.ts';
import { avaza } from '../../../lambdas/providers/avaza/avaza.ts';
import type { SecretCheck } from '../../../lambdas/verification/secret-check.ts';
import { secretHash } from '../../../lambdas/verification/secret-hash.ts';
import { aRequest } from '../support/deliveries.ts';

const settings = { rotationGrace: 0 };

/** A source's queue of rejected requests, and what it got. */
const setUp = ({
  provider = altoviz as never,
  isSigned = async () => false,
  secrets = async () => false,
  send = async () => ({}),
}: {
  readonly provider?: never;
  readonly isSigned?: () => Promise<boolean>;
  readonly secrets?: SecretCheck;
  readonly send?: () => Promise<unknown>;
} = {}) => {
  const sent: SendMessageCommand['input'][] = [];
  let now = 0;
  const keep = rejectedQueue(
    'https://sqs/rejected.fifo',
    { provider, source: { name: 'billing', settings }, secrets, keep: 3_600, isSigned },
    {
      send: async ({ input }: SendMessageCommand) => {
        sent.push(input);
        return await send();
      },
    } as never,
    () => now,
  );
  return {
    keep,
    sent,
    messages: (): readonly RejectedRequest[] =>
      sent.map(({ MessageBody = '' }) => readRejectedRequest(MessageBody)),
    pass: (ms: number) => {
      now += ms;
    },
  };
};

const mismatch = new Rejection('signature-mismatch');

describe('which are kept', () => {
  const KEPT = Object.entries(REASONS).filter(
    ([reason, status]) => [400, 401, 403].includes(status) || reason === 'secret-unset',
  ) as [Reason, number][];
  const LEFT = Object.entries(REASONS).filter(([reason]) => !KEPT.some(([kept]) => kept === reason));

  test.each(KEPT)('%s', async (reason) => {
    const { keep, messages } = setUp();
    expect(await keep(aRequest(), new Rejection(reason, 'why'))).toEqual({ id: expect.any(String) });
    expect(messages()).toMatchObject([{ reason, detail: 'why' }]);
  });

  test.each(LEFT)('not %s: the sender comes again, or it is too large', async (reason) => {
    const { keep, sent } = setUp();
    expect(await keep(aRequest(), new Rejection(reason as Reason))).toBeUndefined();
    expect(sent).toEqual([]);
  });
});

describe('what is kept', () => {
  test('is the request as it came, with the time of its receipt', async () => {
    const { keep, messages, sent } = setUp();
    const body = randomBytes(1_000);
    const request = aRequest(body, { headers: { 'x-signature': 'sha256=00' }, path: { event: 'a' } });
    const { id = '' } = (await keep(request, mismatch)) ?? {};
    const [message] = messages();
    expect(toRequest(message as RejectedRequest)).toEqual({ ...request, hashed: new Set() });
    expect(message).toMatchObject({
      id,
      source: 'billing',
      provider: 'altoviz',
      keep: 3_600,
      isSigned: false,
    });
    // One writer at a time for each source, and each request once.
    expect(sent).toMatchObject([{ MessageGroupId: 'billing', MessageDeduplicationId: id }]);
  });

  test('has a hash in place of a secret that was sent along', async () => {
    const { keep, messages } = setUp({ provider: avaza as never });
    const credentials = Buffer.from('avaza:the-secret-of-avaza').toString('base64');
    await keep(aRequest('[]', { headers: { authorization: `Basic ${credentials}` } }), mismatch);
    expect(messages()).toMatchObject([
      { headers: { authorization: `Basic ${secretHash(credentials)}` }, hashed: ['header:authorization'] },
    ]);
  });
});

describe('limits', () => {
  test('a few a minute, and those whose signature holds have a limit of their own', async () => {
    const { keep, messages, pass } = setUp();
    const stale = new Rejection('stale', 'old', { isSigned: true });
    for (let count = 0; count < 20; count++) await keep(aRequest(), mismatch);
    expect(messages()).toHaveLength(6);
    expect(await keep(aRequest(), mismatch)).toEqual({ notKept: 'too-many' });
    for (let count = 0; count < 20; count++) await keep(aRequest(), stale);
    expect(messages().filter(({ isSigned }) => isSigned)).toHaveLength(6);
    pass(60_000);
    expect(await keep(aRequest(), mismatch)).toHaveProperty('id');
  });

  test('one that was refused before its signature was verified is asked about it', async () => {
    const { keep, messages } = setUp({ isSigned: async () => true });
    await keep(aRequest(), new Rejection('address-not-allowed'));
    // A wrong signature is wrong.
    await keep(aRequest(), mismatch);
    expect(messages().map(({ isSigned }) => isSigned)).toEqual([true, false]);
  });

  test('a body that is too large even when compressed is not kept', async () => {
    const { keep, sent } = setUp();
    expect(await keep(aRequest(randomBytes(MAX_KEPT_BYTES + 1)), mismatch)).toEqual({ notKept: 'too-large' });
    expect(await keep(aRequest('x'.repeat(500 * 1024)), mismatch)).toHaveProperty('id');
    expect(sent).toHaveLength(1);
  });
});

test.each([
  ['SQS fails', { send: async () => Promise.reject(new Error('SQS is away')) }],
  ['the secret can’t be read', { isSigned: async () => Promise.reject(new Error('no secret')) }],
])('nothing of it reaches the answer: %s', async (_, over) => {
  const { keep } = setUp(over);
  expect(await keep(aRequest(), new Rejection('address-not-allowed'))).toEqual({ notKept: 'unavailable' });
});
