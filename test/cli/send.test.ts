import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Context } from '../../cli/context.ts';
import type { Deployment } from '../../cli/deployment/deployment.ts';
import { findLocalStack } from '../../cli/deployment/local-deployment.ts';
import { type SendOptions, sendTo } from '../../cli/send/send.ts';
import { type CommandUnderTest, commandUnderTest, NOW } from './support/gatepost.ts';

// A stack on AWS, as far as sending to it goes: a URL, and its secrets in Secrets Manager.

const SECRET = 'the secret of these tests';
const ONCE: SendOptions = { count: '1', duplicate: false, tamper: false };

let gatepost: CommandUnderTest;
let gateway: Server;
let deployment: Deployment;
let received: { readonly url: string; readonly right: boolean }[];
let status: number;
let answer: string;
beforeAll(async () => {
  gatepost = await commandUnderTest();
  await gatepost.setSecret('altoviz', SECRET);
  gateway = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    const signature = createHmac('sha256', SECRET).update(body).digest('hex');
    received.push({ url: request.url ?? '', right: request.headers['x-signature'] === signature });
    response.writeHead(status, { 'content-type': 'application/json' }).end(answer);
  }).listen(0, '127.0.0.1');
  await once(gateway, 'listening');
  const url = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}/stage`;
  const localStack = await findLocalStack(gatepost.stateDir);
  const sources = localStack.sources.map((source) => ({
    ...source,
    url: source.url.replace('http://127.0.0.1:1', url),
  }));
  deployment = { ...localStack, kind: 'stack', name: 'the stack Gatepost', sources };
});
beforeEach(() => {
  received = [];
  status = 200;
  answer = '{}';
});
afterAll(async () => {
  gateway.closeAllConnections();
  gateway.close();
  await gatepost.stop();
});

/** Sends; gives what was shown. */
const send = async (source: string, event?: string, options: Partial<SendOptions> = {}, json = false) => {
  const out = new PassThrough();
  const context: Context = {
    in: new PassThrough(),
    out,
    err: new PassThrough(),
    env: {},
    stateDir: gatepost.stateDir,
    now: () => NOW,
    sleep: async () => undefined,
    interrupted: new AbortController().signal,
    json,
    deployment: async () => deployment,
    show: (value) => void out.write(JSON.stringify(value)),
    note: () => undefined,
  };
  await sendTo(context, source, event, { ...ONCE, ...options });
  return String(out.read() ?? '');
};

test('signs with the secret of Secrets Manager, and posts to the source', async () => {
  expect(await send('altoviz')).toMatch(/altoviz {2}CustomerCreated {2}200/);
  expect(await send('altoviz', 'QuoteDeleted', { count: '3', duplicate: true }, true)).toBe(
    '{"source":"altoviz","statuses":{"200":6},"right":true,"ignored":0}',
  );
  expect(received).toEqual(Array.from({ length: 7 }, () => ({ url: '/stage/hooks/altoviz', right: true })));
});

test('says that nothing comes of an event that the source does not let in', async () => {
  answer = JSON.stringify({ status: 'ignored', deliveryId: 'x' });
  expect(await send('altoviz')).toMatch(
    /"status":"ignored".*\nNothing comes of it: altoviz does not let the event in, by its setting events\.\n$/,
  );
  const many = await send('altoviz', undefined, { count: '30' });
  expect(many).toMatch(/30 x 200 in .*\nNothing comes of 30 of them: altoviz does not let the event in/);
  expect(JSON.parse(await send('altoviz', undefined, {}, true))).toMatchObject({ right: true, ignored: 1 });
});

test('what was tampered with must be rejected', async () => {
  status = 401;
  await send('altoviz', undefined, { tamper: true });
  expect(received.map(({ right }) => right)).toEqual([false]);
  status = 200;
  await expect(send('altoviz', undefined, { tamper: true })).rejects.toMatchObject({ exitCode: 1 });
});

test.each([
  ['altoviz', undefined, 403, 1, /Not every delivery was answered with 200/],
  ['altoviz', 'NoSuchEvent', 200, 2, /no event "NoSuchEvent"/],
  ['avaza', undefined, 200, 4, /secret of avaza is not set/],
  ['ivvy', undefined, 200, 2, /can't be sent to the stack Gatepost: only SNS has the signing key/],
  ['nobody', undefined, 200, 4, /no source "nobody"/],
])('%s %s, answered with %i, ends with %i', async (source, event, answered, exitCode, words) => {
  status = answered;
  await expect(send(source, event)).rejects.toMatchObject({
    exitCode,
    message: expect.stringMatching(words),
  });
});

test('nobody who answers is no matter of the local stack', async () => {
  deployment = {
    ...deployment,
    sources: deployment.sources.map((source) => ({ ...source, url: 'http://127.0.0.1:1/hooks/altoviz' })),
  };
  await expect(send('altoviz')).rejects.toMatchObject({
    exitCode: 1,
    message: 'http://127.0.0.1:1 does not answer.',
  });
});
