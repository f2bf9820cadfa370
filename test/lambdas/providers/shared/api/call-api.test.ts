import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import * as v from 'valibot';
import type { ApiError } from '../../../../../lambdas/providers/shared/api/api-error.ts';
import { type ApiRequest, createCallApi } from '../../../../../lambdas/providers/shared/api/call-api.ts';
import { type ProviderApi, startProviderApi } from '../../../../cli/support/provider-api.ts';

const SECRET = 'hush-hush';
const SCHEMA = v.object({ ok: v.boolean() });

let api: ProviderApi;
let slept: number[];
let made: number;
beforeEach(async () => {
  slept = [];
  made = 0;
  api = await startProviderApi(() => ({ status: 200, body: { ok: true } }));
});
afterEach(() => api.stop());

const call = (request: Partial<ApiRequest> = {}, baseUrl = api.url) =>
  createCallApi({
    title: 'Acme',
    baseUrl,
    secrets: [SECRET, ''],
    checkKey: 'Check the key.',
    sleep: async (ms) => void slept.push(ms),
    interrupted: new AbortController().signal,
    timeoutMs: 200,
  })(
    {
      method: 'GET',
      path: '/x?y=z',
      headers: () => ({ 'x-attempt': String(++made) }),
      statuses: [200, 409],
      ...request,
    },
    SCHEMA,
  );
const failure = async (...given: Parameters<typeof call>) =>
  (await call(...given).then(
    () => undefined,
    (error: ApiError) => error,
  )) as ApiError;

describe('a call', () => {
  test('gives what was answered', async () => {
    expect(await call({ method: 'POST', body: '{"a":1}' })).toEqual({ status: 200, value: { ok: true } });
    expect(api.asked[0]).toMatchObject({ method: 'POST', target: '/x?y=z', text: '{"a":1}' });
  });

  test('gives a status that is wanted, without its body', async () => {
    api.fail({ status: 409, body: 'whatever' });
    expect(await call()).toEqual({ status: 409, value: undefined });
  });

  test.each([
    [{ status: 429, headers: { 'retry-after': '7' } }, 7_000],
    [{ status: 503, headers: { 'retry-after': '0' } }, 0],
    [{ status: 429 }, 5_000],
    [{ status: 429, headers: { 'retry-after': 'soon' } }, 5_000],
  ])('waits where it is asked to, and signs anew: %j', async (fault, pause) => {
    api.fail(fault, 2);
    expect((await call()).value).toEqual({ ok: true });
    expect(slept).toEqual([pause, pause]);
    expect(api.asked.map(({ headers }) => headers['x-attempt'])).toEqual(['1', '2', '3']);
  });

  test('waits until the time that is named', async () => {
    api.fail({ status: 429, headers: { 'retry-after': new Date(Date.now() + 30_000).toUTCString() } });
    await call();
    expect(slept[0]).toBeGreaterThan(27_000);
    expect(slept[0]).toBeLessThanOrEqual(30_000);
  });

  test('gives up after four times, and at once where the pause is long', async () => {
    api.fail({ status: 429, headers: { 'retry-after': '2' } }, 4);
    expect(await failure()).toMatchObject({
      reason: 'provider',
      message: expect.stringMatching(/429.*wait 2 s/),
    });
    expect(api.asked).toHaveLength(4);
    api.fail({ status: 429, headers: { 'retry-after': '3600' } });
    expect(await failure()).toMatchObject({ reason: 'provider', next: expect.stringContaining('3600 s') });
    expect(api.asked).toHaveLength(5);
  });
});

describe('a call that fails', () => {
  test.each([
    [401, /^Acme refused: 401\.$/, 'Check the key.'],
    [403, /^Acme refused: 403\.$/, 'Check the key.'],
    [400, /^Acme refused: 400\.$/, undefined],
    [500, /^Acme refused: 500\.$/, /again later/],
    ['redirect', /^Acme refused: 302: it redirects elsewhere/, /URL/],
    ['nonsense', /^Acme answered 200 with something that is not JSON \(text\/html\)/, /proxy/],
    ['hang', /^Acme did not answer within 0\.2 s/, /again later/],
    ['drip', /^Acme did not answer within 0\.2 s/, /again later/],
    ['reset', /^Acme can't be reached or broke off/, /again later/],
    ['huge', /^Acme (can't be reached or broke off|did not answer)/, /again later/],
  ] as const)('%s is said in words, and nothing is repeated', async (fault, message, next) => {
    api.fail(fault);
    const error = await failure();
    expect(error).toMatchObject({ reason: 'provider', message: expect.stringMatching(message) });
    if (next === undefined) expect(error.next).toBeUndefined();
    else expect(error.next).toMatch(next);
    expect(api.asked).toHaveLength(1);
  });

  test('says so where nobody knows whether it was done', async () => {
    api.fail('reset');
    expect((await failure()).message).not.toContain('nobody knows');
    api.fail('reset');
    expect((await failure({ method: 'POST', body: '{}' })).message).toContain(
      'It may or may not have been done',
    );
  });

  test('names a host that is not there', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => closed.once('listening', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    expect((await failure({}, `http://127.0.0.1:${port}`)).message).toBe(
      `Acme can't be reached or broke off (ECONNREFUSED) (127.0.0.1:${port}).`,
    );
  });

  test('passes on what is said, on one line, and no secret in it', async () => {
    api.fail({ status: 400, body: { message: `bad\n\u001b[31m${SECRET}`, errors: ['too short'] } });
    expect((await failure()).message).toBe('Acme refused: 400, bad [31m•••; too short.');
  });

  test('names the place of what is not documented, and quotes nothing', async () => {
    api.fail({ status: 200, body: { ok: SECRET } });
    const error = await failure();
    expect(error.message).toBe('Acme answered 200 with something that it does not document (ok).');
    expect(`${error.message}${error.next}`).not.toContain(SECRET);
  });
});
