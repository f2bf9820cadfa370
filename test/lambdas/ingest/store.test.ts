import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { readDelivery } from '../../../lambdas/core/delivery.ts';
import { Rejection } from '../../../lambdas/core/rejection.ts';
import { intakeQueue, type Store } from '../../../lambdas/ingest/store.ts';
import { type AwsEndpoint, messageTaken, startAws } from '../support/aws.ts';
import { aDelivery } from '../support/deliveries.ts';
import { reasonOf } from '../support/rejections.ts';

const QUEUE_URL = 'https://sqs.eu-west-1.amazonaws.com/123456789012/intake.fifo';

let sqs: AwsEndpoint;
let store: Store;
beforeAll(async () => {
  sqs = await startAws('SQS', messageTaken);
  store = intakeQueue(QUEUE_URL);
});
beforeEach(() => sqs.answerWith(messageTaken));
afterAll(() => sqs.stop());

test('a delivery is stored by one call, as a message of its own', async () => {
  const before = sqs.calls.length;
  await store(aDelivery(), 'group-1');
  expect(sqs.calls.slice(before)).toEqual([
    {
      operation: 'SendMessage',
      input: {
        QueueUrl: QUEUE_URL,
        MessageBody: expect.any(String),
        MessageGroupId: 'group-1',
        MessageDeduplicationId: aDelivery().deliveryId,
      },
    },
  ]);
  expect(readDelivery(String(sqs.calls.at(-1)?.input.MessageBody))).toEqual(aDelivery());
});

describe('a delivery that may not have been stored is one that isn’t', () => {
  test.each([
    ['SQS refuses', { status: 403, error: 'AccessDenied' }],
    ['the queue is gone', { status: 400, error: 'QueueDoesNotExist' }],
    ['SQS fails', { status: 500, error: 'InternalFailure' }],
    ['SQS throttles', { status: 400, error: 'RequestThrottled' }],
    ['SQS took another text than was sent', { result: { MessageId: 'm', MD5OfMessageBody: '0'.repeat(32) } }],
  ] as const)('%s', async (_, answer) => {
    sqs.answerWith(() => answer);
    expect(await reasonOf(() => store(aDelivery(), 'g'))).toBe('intake-unavailable');
  });

  test('SQS is silent: in time, and after a second try under the same id', async () => {
    const before = sqs.calls.length;
    sqs.answerWith(() => 'silence');
    const started = performance.now();
    expect(await reasonOf(() => store(aDelivery(), 'g'))).toBe('intake-unavailable');
    expect(performance.now() - started).toBeLessThan(6_000);
    const ids = sqs.calls.slice(before).map(({ input }) => input.MessageDeduplicationId);
    expect(ids).toEqual([aDelivery().deliveryId, aDelivery().deliveryId]);
  }, 10_000);

  test('and the rejection says by which error, but quotes nothing of the delivery', async () => {
    sqs.answerWith(() => ({ status: 403, error: 'AccessDenied' }));
    const rejection = await store(aDelivery({ body: 'PAYLOAD' }), 'g').catch((error: unknown) => error);
    expect(rejection).toBeInstanceOf(Rejection);
    expect((rejection as Rejection).cause).toMatchObject({ name: 'AccessDenied' });
    expect(String(rejection)).not.toContain('PAYLOAD');
  });
});

test('once SQS is back, so is the door', async () => {
  await store(aDelivery(), 'g');
});
