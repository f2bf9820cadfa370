import https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { outgoingGet } from '../../../lambdas/runtime/outgoing-get.ts';
import { startWorld, type World } from '../support/world.ts';

const LIMITS = { timeoutMs: 300, maxBytes: 2_000 };
const KEY_URL = new URL(
  'https://s3-ap-southeast-2.amazonaws.com/accountnotifications.ap-southeast-2.ivvy.com/accounts/14/1/notifcert.txt',
);

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterEach(() => world.outside.behave());
afterAll(() => world.stop());

test('gives the status and the text', async () => {
  expect(await outgoingGet(KEY_URL, LIMITS)).toEqual({ status: 200, text: world.pki.ivvy.publicKey });
});

test('a redirect is an answer like any other, and is not followed', async () => {
  world.outside.misbehave('key', 'redirect');
  const before = world.outside.requests.length;
  expect(await outgoingGet(KEY_URL, LIMITS)).toMatchObject({ status: 302 });
  expect(world.outside.requests).toHaveLength(before + 1);
});

test.each([404, 500])('%d is an answer', async (status) => {
  world.outside.misbehave('key', status);
  expect(await outgoingGet(KEY_URL, LIMITS)).toEqual({ status, text: '' });
});

/** Those over which somebody still waits for an answer, or hasn't read it to its end. */
const openConnections = () => Object.values(https.globalAgent.sockets).flat();

describe('there is no answer', () => {
  const fails = async (limits = LIMITS) => {
    const started = performance.now();
    await expect(outgoingGet(KEY_URL, limits)).rejects.toThrow();
    return performance.now() - started;
  };

  test.each(['hang', 'drip'] as const)('in time: %s', async (how) => {
    world.outside.misbehave('key', how);
    const took = await fails();
    expect(took).toBeGreaterThan(250);
    expect(took).toBeLessThan(1_500);
  });

  test('that is small enough', async () => {
    world.outside.misbehave('key', 'huge');
    expect(await fails({ timeoutMs: 5_000, maxBytes: 64 * 1024 })).toBeLessThan(2_000);
  });

  test('that is small enough: the connection of one that never ends is given up', async () => {
    world.outside.misbehave('key', 'huge');
    await fails({ timeoutMs: 5_000, maxBytes: 64 * 1024 });
    await sleep(500);
    expect(openConnections()).toEqual([]);
  });

  test('where the connection ends before it does', async () => {
    world.outside.misbehave('key', 'reset');
    await fails();
  });

  test('where the connection ends in the middle of it', async () => {
    world.outside.misbehave('key', 'drip');
    const failing = fails({ ...LIMITS, timeoutMs: 5_000 });
    await sleep(200);
    expect(openConnections()).toHaveLength(1);
    for (const connection of openConnections()) connection?.destroy();
    expect(await failing).toBeLessThan(2_000);
  });
});

test('an answer may be as large as allowed, and no byte larger', async () => {
  const bytes = Buffer.byteLength(world.pki.ivvy.publicKey);
  expect(await outgoingGet(KEY_URL, { ...LIMITS, maxBytes: bytes })).toMatchObject({ status: 200 });
  await expect(outgoingGet(KEY_URL, { ...LIMITS, maxBytes: bytes - 1 })).rejects.toThrow('larger than');
});
