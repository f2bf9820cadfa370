import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { REASONS, type Reason, Rejection } from '../../../lambdas/core/rejection.ts';
import { answerRejections } from '../../../lambdas/ingest/answer-rejections.ts';
import { catchOutput } from '../support/output.ts';

let lines: ReturnType<typeof catchOutput>;
beforeEach(() => {
  lines = catchOutput();
});
afterEach(() => {
  jest.restoreAllMocks();
});

const EVENT = { body: 'PAYLOAD', requestContext: { timeEpoch: Date.now() } } as APIGatewayProxyEventV2;

/** What is answered when that is thrown. */
const answerTo = async (thrown: unknown): Promise<APIGatewayProxyStructuredResultV2> => {
  const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .use(answerRejections('billing'))
    .handler(async () => {
      throw thrown;
    });
  return handler(EVENT, {} as Context);
};

const logged = () => lines().filter(({ level }) => level !== undefined);

describe.each(Object.entries(REASONS) as [Reason, number][])('%s', (reason, status) => {
  test(`is answered with ${status}, and with no more than that`, async () => {
    const { statusCode, headers, body } = await answerTo(new Rejection(reason, 'why it was so'));
    expect(statusCode).toBe(status);
    expect(headers?.['content-type']).toBe('application/json');
    expect(JSON.parse(body ?? '')).toEqual({ error: expect.stringMatching(/^[a-z ]{3,20}$/) });
    expect(body).not.toContain(reason);
    expect(headers?.['retry-after']).toBe(status === 503 ? '20' : undefined);
  });

  test('is logged in one line, as an error only where it is our fault, and counted', async () => {
    await answerTo(new Rejection(reason, 'why it was so'));
    expect(logged()).toEqual([
      expect.objectContaining({
        level: status === 503 ? 'ERROR' : 'WARN',
        message: status === 503 ? 'failed' : 'rejected',
        source: 'billing',
        outcome: status === 503 ? 'failed' : 'rejected',
        status,
        reason,
        detail: 'why it was so',
        answerMs: expect.any(Number),
      }),
    ]);
    expect(logged()[0]).not.toHaveProperty('cause');
    expect(logged()[0]?.answerMs).toBeLessThan(60_000);
    const isOfSecret = reason === 'secret-unset' || reason === 'secret-unavailable';
    expect(logged()[0]?.Rejected).toBe(status === 503 ? undefined : 1);
    expect(logged()[0]?.SecretMissing).toBe(isOfSecret ? 1 : undefined);
    expect(Object.hasOwn(logged()[0] ?? {}, '_aws')).toBe(status !== 503 || isOfSecret);
  });
});

test('a failure is logged with its cause’s name and place', async () => {
  const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  await answerTo(new Rejection('intake-unavailable', 'SendMessage failed', { cause }));
  const [line] = logged();
  expect(line?.cause).toMatchObject({
    name: 'Error',
    code: 'ECONNREFUSED',
    at: expect.arrayContaining([expect.stringContaining('answer-rejections.test.ts')]),
  });
});

test('an unexpected error is logged with its name and place', async () => {
  await answerTo(new TypeError('x'));
  expect(logged()[0]?.cause).toMatchObject({
    name: 'TypeError',
    at: expect.arrayContaining([expect.stringContaining('answer-rejections.test.ts')]),
  });
});

test.each([
  ['an error', new TypeError("Cannot read properties of SECRET (reading 'x')")],
  ['a quotation of V8', new SyntaxError('Unexpected token S in JSON: "SECRET"')],
  [
    'an error of the SDK',
    Object.assign(new Error('SECRET'), { name: 'InvalidSignatureException', $fault: 'client' }),
  ],
  ['an error with the payload as its name for a place', new Error('x\n    at SECRET (SECRET:1:1)')],
  ['an error that was caused by another', new Error('SECRET', { cause: new Error('SECRET') })],
  ['a string', 'SECRET'],
  ['nothing', undefined],
])('%s that nobody foresaw is a 503, and its message goes nowhere', async (_, thrown) => {
  const { statusCode, headers, body } = await answerTo(thrown);
  expect(statusCode).toBe(503);
  expect(headers?.['retry-after']).toBe('20');
  expect(JSON.parse(body ?? '')).toEqual({ error: 'unavailable' });
  expect(logged()).toEqual([
    expect.objectContaining({
      level: 'ERROR',
      reason: 'internal-error',
      status: 503,
      detail: 'an unexpected error',
    }),
  ]);
  expect(JSON.stringify(lines())).not.toMatch(/SECRET|PAYLOAD/);
});
