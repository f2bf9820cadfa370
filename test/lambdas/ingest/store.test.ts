import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MAX_MESSAGE_BYTES, readDelivery } from '../../../lambdas/core/delivery.ts';
import { Rejection } from '../../../lambdas/core/rejection.ts';
import type { IntakePart } from '../../../lambdas/events/intake-parts.ts';
import { intakeQueue, type Store } from '../../../lambdas/ingest/store.ts';
import { type AwsEndpoint, batchTaken, entriesOf, startAws } from '../support/aws.ts';
import { aDelivery } from '../support/deliveries.ts';
import { reasonOf } from '../support/rejections.ts';

const QUEUE_URL = 'https://sqs.eu-west-1.amazonaws.com/123456789012/intake.fifo';

let sqs: AwsEndpoint;
let store: Store;
beforeAll(async () => {
  sqs = await startAws('SQS', batchTaken());
  store = intakeQueue(QUEUE_URL);
});
beforeEach(() => sqs.answerWith(batchTaken()));
afterAll(() => sqs.stop());

/** A delivery in one part. */
const whole = (over: Parameters<typeof aDelivery>[0] = {}): readonly IntakePart[] => [
  { delivery: aDelivery(over), group: 'group-1' },
];

/** A delivery about that many entities, with bodies of these lengths. */
const parts = (lengths: readonly number[]): readonly IntakePart[] =>
  lengths.map((length, number) => ({
    delivery: aDelivery({ body: `[${number},"${'x'.repeat(length)}"]`, items: [number] }),
    group: `group-${number}`,
  }));

/** The calls that storing makes. */
const callsOf = async (stored: readonly IntakePart[]) => {
  const before = sqs.calls.length;
  await store(stored);
  return sqs.calls.slice(before);
};

test('a delivery about one entity is stored by one call, as a message of its own', async () => {
  expect(await callsOf(whole())).toEqual([
    {
      operation: 'SendMessageBatch',
      input: {
        QueueUrl: QUEUE_URL,
        Entries: [
          {
            Id: '0',
            MessageBody: expect.any(String),
            MessageGroupId: 'group-1',
            MessageDeduplicationId: `${aDelivery().deliveryId}-0`,
          },
        ],
      },
    },
  ]);
  expect(readDelivery(String(entriesOf(sqs.calls.at(-1) as never)[0]?.MessageBody))).toEqual(aDelivery());
});

describe('a delivery about several entities', () => {
  test('is one message for each, all of up to ten in one call', async () => {
    const calls = await callsOf(parts(Array(10).fill(10)));
    expect(calls).toHaveLength(1);
    const entries = calls.flatMap(entriesOf);
    expect(entries.map(({ MessageGroupId }) => MessageGroupId)).toEqual(
      parts(Array(10).fill(10)).map(({ group }) => group),
    );
    expect(entries.map(({ MessageBody }) => readDelivery(MessageBody).items)).toEqual(
      Array.from({ length: 10 }, (_, number) => [number]),
    );
    expect(new Set(entries.map(({ MessageDeduplicationId }) => MessageDeduplicationId)).size).toBe(10);
  });

  test('is stored whole, each part once, within what SQS takes in a call, whatever their sizes are', async () => {
    const sizes = fc.array(fc.oneof(fc.nat(500), fc.nat(500_000)), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(sizes, async (lengths) => {
        const calls = await callsOf(parts(lengths));
        const entries = calls.flatMap(entriesOf);
        expect(entries.map(({ MessageGroupId }) => MessageGroupId).sort()).toEqual(
          lengths.map((_, number) => `group-${number}`).sort(),
        );
        expect(new Set(entries.map(({ MessageDeduplicationId }) => MessageDeduplicationId)).size).toBe(
          lengths.length,
        );
        for (const call of calls) {
          const batch = entriesOf(call);
          expect(batch.length).toBeLessThanOrEqual(10);
          expect(new Set(batch.map(({ Id }) => Id)).size).toBe(batch.length);
          const bytes = batch.reduce((sum, { MessageBody }) => sum + Buffer.byteLength(MessageBody), 0);
          expect(bytes).toBeLessThanOrEqual(MAX_MESSAGE_BYTES);
        }
      }),
      { numRuns: 10 },
    );
  }, 20_000);

  test('is not stored where SQS takes one of its messages and another not', async () => {
    sqs.answerWith(batchTaken(({ MessageGroupId }) => MessageGroupId === 'group-3'));
    expect(await reasonOf(() => store(parts(Array(5).fill(10))))).toBe('intake-unavailable');
  });

  test('is not stored where one of several calls fails, and none is under way then', async () => {
    let underWay = 0;
    sqs.answerWith((call) => {
      const isLast = entriesOf(call).some(({ MessageGroupId }) => MessageGroupId === 'group-34');
      underWay++;
      return isLast ? { status: 403, error: 'AccessDenied' } : batchTaken()(call);
    });
    expect(await reasonOf(() => store(parts(Array(35).fill(10))))).toBe('intake-unavailable');
    expect(underWay).toBe(4);
  });
});

describe('a delivery that may not have been stored is one that isn’t', () => {
  test.each([
    ['SQS refuses', { status: 403, error: 'AccessDenied' }],
    ['the queue is gone', { status: 400, error: 'QueueDoesNotExist' }],
    ['SQS fails', { status: 500, error: 'InternalFailure' }],
    ['SQS throttles', { status: 400, error: 'RequestThrottled' }],
    [
      'SQS took another text than was sent',
      { result: { Successful: [{ Id: '0', MessageId: 'm', MD5OfMessageBody: '0'.repeat(32) }] } },
    ],
  ] as const)('%s', async (_, answer) => {
    sqs.answerWith(() => answer);
    expect(await reasonOf(() => store(whole()))).toBe('intake-unavailable');
  });

  test('SQS is silent: in time, and after a second try under the same id', async () => {
    const before = sqs.calls.length;
    sqs.answerWith(() => 'silence');
    const started = performance.now();
    expect(await reasonOf(() => store(whole()))).toBe('intake-unavailable');
    expect(performance.now() - started).toBeLessThan(6_000);
    const ids = sqs.calls
      .slice(before)
      .flatMap(entriesOf)
      .map(({ MessageDeduplicationId }) => MessageDeduplicationId);
    expect(ids).toEqual([`${aDelivery().deliveryId}-0`, `${aDelivery().deliveryId}-0`]);
  }, 10_000);

  test('and the rejection says by which error, but quotes nothing of the delivery', async () => {
    sqs.answerWith(() => ({ status: 403, error: 'AccessDenied' }));
    const rejection = await store(whole({ body: 'PAYLOAD' })).catch((error: unknown) => error);
    expect(rejection).toBeInstanceOf(Rejection);
    expect((rejection as Rejection).cause).toMatchObject({ name: 'AccessDenied' });
    expect(String(rejection)).not.toContain('PAYLOAD');
  });
});

test('once SQS is back, so is the door', async () => {
  await store(whole());
});
