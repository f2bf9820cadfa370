import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { RequestListener } from 'node:http';
import https, { createServer, type Server } from 'node:https';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { errors, jwtVerify, SignJWT } from 'jose';
import { Rejection } from '../../../lambdas/core/rejection.ts';
import type { GotText } from '../../../lambdas/runtime/outgoing-get.ts';
import { publishedKeys } from '../../../lambdas/verification/schemes/jwks.ts';
import { OutsideAgent } from '../../../local/functions/outside-agent.ts';
import { listen, stopListening } from '../../../local/support/listen.ts';
import { startWorld, type World } from '../support/world.ts';

const URL_ = new URL('https://sender.example.com/.well-known/jwks.json');
const MINUTE = 60_000;

const pair = (): { readonly privateKey: KeyObject; readonly publicKey: KeyObject } =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ONE = pair();
const OTHER = pair();

const jwk = (kid: string | undefined, { publicKey } = ONE, more = {}) => ({
  ...publicKey.export({ format: 'jwk' }),
  ...(kid !== undefined && { kid }),
  ...more,
});
const setOf = (...keys: readonly object[]): GotText => ({ status: 200, text: JSON.stringify({ keys }) });

const tokenOf = (kid: string | undefined, { privateKey } = ONE) =>
  new SignJWT({}).setProtectedHeader({ alg: 'ES256', ...(kid !== undefined && { kid }) }).sign(privateKey);

/** A sender that publishes its keys, and a clock. */
const published = (first: GotText | Error) => {
  let answer = first;
  let time = 1_000_000;
  const asked: string[] = [];
  const get = async (url: URL): Promise<GotText> => {
    asked.push(url.href);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const keys = publishedKeys(URL_, get, () => time);
  return {
    asked,
    publish: (next: GotText | Error) => {
      answer = next;
    },
    pass: (ms: number) => {
      time += ms;
    },
    /** What becomes of a token: `ok`, the reason of a rejection, or the code of jose's error. */
    verdict: async (kid: string | undefined, by = ONE): Promise<string> => {
      try {
        await jwtVerify(await tokenOf(kid, by), keys);
        return 'ok';
      } catch (error) {
        if (error instanceof Rejection) return error.reason;
        if (error instanceof errors.JOSEError) return error.code;
        throw error;
      }
    },
  };
};

const UNKNOWN = 'ERR_JWKS_NO_MATCHING_KEY';

test('a set is asked for once in ten minutes, at its own URL and no other', async () => {
  const sender = published(setOf(jwk('1')));
  for (let minute = 0; minute < 10; minute++) {
    expect(await sender.verdict('1')).toBe('ok');
    sender.pass(MINUTE - 1);
  }
  expect(sender.asked).toEqual([URL_.href]);
  sender.pass(10);
  expect(await sender.verdict('1')).toBe('ok');
  expect(sender.asked).toHaveLength(2);
});

describe('a key that is not in the set', () => {
  test.each(['2', '', '../../etc/passwd', 'https://attacker.example.com/keys', '__proto__', '1\u0000'])(
    '%j is asked for once in 30 seconds, and then unknown',
    async (kid) => {
      const sender = published(setOf(jwk('1')));
      expect(await sender.verdict('1')).toBe('ok');
      expect(await sender.verdict(kid)).toBe(UNKNOWN);
      expect(sender.asked).toHaveLength(1);
      sender.pass(30_000);
      for (let times = 0; times < 5; times++) expect(await sender.verdict(kid)).toBe(UNKNOWN);
      expect(sender.asked).toEqual([URL_.href, URL_.href]);
      sender.pass(29_999);
      expect(await sender.verdict(kid)).toBe(UNKNOWN);
      expect(sender.asked).toHaveLength(2);
      sender.pass(1);
      expect(await sender.verdict(kid)).toBe(UNKNOWN);
      expect(sender.asked).toHaveLength(3);
    },
  );

  test('is found as soon as it is published, and the old one is gone', async () => {
    const sender = published(setOf(jwk('1')));
    expect(await sender.verdict('1')).toBe('ok');
    sender.publish(setOf(jwk('2', OTHER)));
    sender.pass(30_000);
    expect(await sender.verdict('2', OTHER)).toBe('ok');
    expect(await sender.verdict('1')).toBe(UNKNOWN);
    expect(sender.asked).toHaveLength(2);
  });

  test('while the sender can’t be reached: it is to come again', async () => {
    const sender = published(setOf(jwk('1')));
    expect(await sender.verdict('1')).toBe('ok');
    sender.publish(new Error('no route'));
    sender.pass(30_000);
    expect(await sender.verdict('2', OTHER)).toBe('key-unavailable');
    // The known one is used all the same.
    expect(await sender.verdict('1')).toBe('ok');
    expect(sender.asked).toHaveLength(2);
  });
});

test('a known id with another key is no valid signature, and asks nothing', async () => {
  const sender = published(setOf(jwk('1')));
  expect(await sender.verdict('1', OTHER)).toBe('ERR_JWS_SIGNATURE_VERIFICATION_FAILED');
  expect(sender.asked).toHaveLength(1);
});

test('keys are used for as long as the sender can’t be reached', async () => {
  const sender = published(setOf(jwk('1')));
  expect(await sender.verdict('1')).toBe('ok');
  sender.publish(new Error('no route'));
  for (let hour = 0; hour < 48; hour++) {
    sender.pass(60 * MINUTE);
    expect(await sender.verdict('1')).toBe('ok');
  }
  // One question each hour: not one for each delivery.
  expect(sender.asked).toHaveLength(49);
  expect(await sender.verdict('1')).toBe('ok');
  expect(sender.asked).toHaveLength(49);
  sender.publish(setOf(jwk('2', OTHER)));
  sender.pass(30_000);
  expect(await sender.verdict('2', OTHER)).toBe('ok');
  expect(await sender.verdict('1')).toBe(UNKNOWN);
});

describe('where nothing was ever had', () => {
  test.each<readonly [string, GotText | Error]>([
    ['no answer', new Error('no route')],
    ['not found', { status: 404, text: '{"keys":[]}' }],
    ['a redirect', { status: 302, text: '' }],
    ['a redirect with a set', { ...setOf(jwk('1')), status: 301 }],
    ['no JSON', { status: 200, text: '<html>' }],
    ['nothing', { status: 200, text: '' }],
    ['JSON that is no set', { status: 200, text: '{"keys":{}}' }],
    ['a list', { status: 200, text: `[${JSON.stringify(jwk('1'))}]` }],
    ['null', { status: 200, text: 'null' }],
    ['a set of no objects', { status: 200, text: '{"keys":[1]}' }],
  ])('%s: the sender is to come again, and asked again after 30 seconds', async (_, answer) => {
    const sender = published(answer);
    expect(await sender.verdict('1')).toBe('key-unavailable');
    expect(await sender.verdict('1')).toBe('key-unavailable');
    expect(sender.asked).toHaveLength(1);
    sender.publish(setOf(jwk('1')));
    sender.pass(30_000);
    expect(await sender.verdict('1')).toBe('ok');
    expect(sender.asked).toHaveLength(2);
  });

  test.each<readonly [string, object]>([
    ['a point that is not on the curve', jwk('1', ONE, { x: jwk('1', OTHER).x })],
    ['no point', jwk('1', ONE, { x: 'AA' })],
    ['a private key', { ...ONE.privateKey.export({ format: 'jwk' }), kid: '1' }],
  ])('a key of the set that is none, %s: the sender is to come again', async (_, key) => {
    expect(await published(setOf(key)).verdict('1')).toBe('key-unavailable');
  });
});

test('a clock that was set back asks again', async () => {
  const sender = published(setOf(jwk('1')));
  expect(await sender.verdict('1')).toBe('ok');
  sender.pass(-5 * MINUTE);
  expect(await sender.verdict('1')).toBe('ok');
  expect(sender.asked).toHaveLength(2);
});

describe('over https', () => {
  let world: World;
  let server: Server;
  let answer: RequestListener;
  let requests: string[] = [];
  beforeAll(async () => {
    world = await startWorld();
    const options = {
      SNICallback: (name: string, done: (error: Error | null, context?: never) => void) => {
        world.pki.serverContext(name).then((context) => done(null, context as never), done);
      },
    };
    server = createServer(options, (request, response) => {
      requests.push(`${request.method} ${request.headers.host}${request.url}`);
      answer(request, response);
    });
    https.globalAgent = new OutsideAgent(await listen(server, 0), world.pki.caCert);
  });
  afterEach(() => {
    requests = [];
  });
  afterAll(async () => {
    https.globalAgent.destroy();
    await stopListening(server);
    await world.stop();
  });

  const verdict = async () => {
    try {
      await jwtVerify(await tokenOf('1'), publishedKeys(URL_));
      return 'ok';
    } catch (error) {
      return error instanceof Rejection ? error.reason : error;
    }
  };
  const SET = setOf(jwk('1')).text;

  test('a set is read', async () => {
    answer = (_, response) => void response.end(SET);
    expect(await verdict()).toBe('ok');
    expect(requests).toEqual(['GET sender.example.com/.well-known/jwks.json']);
  });

  test.each([301, 302, 303, 307, 308])('a redirect, %d, is not followed', async (status) => {
    answer = (_, response) =>
      void response.writeHead(status, { location: 'https://sender.example.com/other' }).end(SET);
    expect(await verdict()).toBe('key-unavailable');
    expect(requests).toHaveLength(1);
  });

  test('a set that is too large is not read to its end', async () => {
    answer = (_, response) => void response.end(`${' '.repeat(64 * 1024)}${SET}`);
    expect(await verdict()).toBe('key-unavailable');
    answer = (_, response) => void response.end(`${' '.repeat(64 * 1024 - SET.length)}${SET}`);
    expect(await verdict()).toBe('ok');
  });

  test('a set that is too slow is waited for three seconds', async () => {
    answer = (_, response) => void response.write('{"keys":');
    const started = performance.now();
    expect(await verdict()).toBe('key-unavailable');
    expect(performance.now() - started).toBeGreaterThan(2_500);
    expect(performance.now() - started).toBeLessThan(6_000);
  }, 10_000);
});
