import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { renewFunction } from '../../../cli/secrets/renew-function.ts';
import { type LambdaApi, startLambdaApi } from '../support/lambda-api.ts';

const BEFORE = { SOURCE: '{}', SECRET_ARN: 'arn' };
const NOW = new Date('2026-11-22T06:00:00.000Z');
const AFTER = { ...BEFORE, SECRET_REVOKED_AT: NOW.toISOString() };

let lambda: LambdaApi;
let waited = 0;
beforeEach(async () => {
  waited = 0;
  lambda = await startLambdaApi(BEFORE);
});
afterEach(() => lambda.stop());

const renew = () =>
  renewFunction(lambda.config, 'the-function', {
    now: () => NOW,
    sleep: async (ms) => {
      waited += ms;
    },
  });

test('sets one variable, keeps all others, and waits until Lambda says that the update is complete', async () => {
  await renew();
  expect(lambda.variables).toEqual(AFTER);
  expect(lambda.asked).toEqual(['GET', 'PUT', 'GET', 'GET', 'GET']);
});

test('a second time it sets another value: the same would change nothing', async () => {
  lambda.variables = { ...AFTER, SECRET_REVOKED_AT: '2026-01-01T00:00:00.000Z' };
  await renew();
  expect(lambda.variables).toEqual(AFTER);
});

test('while a deployment updates the function, it tries again', async () => {
  lambda.refuse('ResourceConflictException', 'ResourceConflictException');
  await renew();
  expect(lambda.variables).toEqual(AFTER);
  expect(waited).toBeGreaterThan(2_000);
});

test('loses no variable that somebody sets at the same time', async () => {
  let changes = 0;
  lambda.afterRead = () => {
    if (changes++ === 0) lambda.change({ ...BEFORE, ADDED: 'meanwhile' });
  };
  await renew();
  expect(lambda.variables).toEqual({ ...AFTER, ADDED: 'meanwhile' });
});

test('changes nothing where the variables are not in the answer', async () => {
  lambda.variables = undefined;
  await expect(renew()).rejects.toThrow("The environment variables of the-function can't be read");
  expect(lambda.asked).toEqual(['GET']);
});

test.each([
  ['is refused for good', () => lambda.refuse(...Array(20).fill('ResourceConflictException')), /Conflict/],
  ['is not permitted', () => lambda.refuse('AccessDeniedException'), /not authorized/],
  ['fails', () => Object.assign(lambda.updates, { end: 'Failed' }), /failed: a reason of Lambda/],
  ['does not end', () => Object.assign(lambda.updates, { reads: 1000 }), /not complete after 90 s/],
  [
    'is undone by another one before it is complete',
    () => {
      lambda.afterRead = () => lambda.asked.length > 2 && lambda.change(BEFORE);
    },
    /not complete/,
  ],
])('an update that %s is an error', async (_, arrange, words) => {
  arrange();
  await expect(renew()).rejects.toThrow(words);
});
