import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import fc from 'fast-check';
import { type Gateway, type OwnAnswer, startGateway } from '../../../local/gateway/gateway.ts';

const invoke = jest.fn<(event: APIGatewayProxyEventV2) => Promise<unknown>>();
const answered: OwnAnswer[] = [];
let gateway: Gateway;

beforeEach(async () => {
  answered.length = 0;
  invoke.mockReset().mockResolvedValue({ statusCode: 200 });
  gateway = await startGateway(0, (answer) => answered.push(answer));
  gateway.open({
    id: 'api',
    routes: ['POST /hooks/{source}', 'GET /hooks/{source}'].map((key) => ({
      key,
      target: { invoke, timeout: 200 },
    })),
  });
});
afterEach(() => gateway.stop());

const post = (body: string | Uint8Array<ArrayBuffer> | undefined, headers: Record<string, string> = {}) =>
  fetch(`${gateway.url}/hooks/ivvy`, { method: 'POST', headers, ...(body !== undefined && { body }) });

const lastEvent = () => invoke.mock.lastCall?.[0];

describe('what a function is handed', () => {
  test('is payload format 2.0', async () => {
    const before = Date.now();
    const sent = request(`${gateway.url}/hooks/ivv%79?a=1&b=x%20y&a=2`, {
      method: 'POST',
      headers: [
        ...['Host', 'gate.example:8787', 'X-Twice', 'one', 'x-twice', 'two', 'User-Agent', 'SNS'],
        ...[
          'Cookie',
          'a=1; b=2',
          'Content-Type',
          'text/plain; charset=UTF-8',
          'X-Forwarded-For',
          '198.51.100.7',
        ],
      ],
    }).end('{"é":1}');
    await once(sent, 'response');

    expect(lastEvent()).toEqual({
      version: '2.0',
      routeKey: 'POST /hooks/{source}',
      rawPath: '/hooks/ivvy',
      rawQueryString: 'a=1&b=x%20y&a=2',
      queryStringParameters: { a: '1,2', b: 'x y' },
      cookies: ['a=1', 'b=2'],
      headers: expect.objectContaining({
        host: 'gate.example:8787',
        'x-twice': 'one,two',
        'content-type': 'text/plain; charset=UTF-8',
        'content-length': '8',
        'x-forwarded-for': '198.51.100.7, 127.0.0.1',
      }),
      pathParameters: { source: 'ivvy' },
      requestContext: expect.objectContaining({
        apiId: 'api',
        routeKey: 'POST /hooks/{source}',
        stage: '$default',
        requestId: expect.stringMatching(/./),
        http: {
          method: 'POST',
          path: '/hooks/ivvy',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'SNS',
        },
      }),
      body: '{"é":1}',
      isBase64Encoded: false,
    });
    const { timeEpoch = 0, time } = lastEvent()?.requestContext ?? {};
    expect(timeEpoch).toBeGreaterThanOrEqual(before);
    expect(time).toMatch(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
    expect(lastEvent()?.headers).not.toHaveProperty('cookie');
    expect(lastEvent()?.headers).not.toHaveProperty('transfer-encoding');
  });

  test.each([
    'text/plain',
    'application/json; charset=utf-8',
    'application/xml',
    'application/javascript',
    'application/cloudevents+json',
  ])('has a body of %s as text', async (type) => {
    await post('{"ü":true}', { 'content-type': type });
    expect(lastEvent()).toMatchObject({ body: '{"ü":true}', isBase64Encoded: false });
  });

  test.each(['application/octet-stream', 'application/x-www-form-urlencoded', 'image/png'])(
    'has a body of %s in base64',
    async (type) => {
      await post('a=1', { 'content-type': type });
      expect(lastEvent()).toMatchObject({ body: 'YT0x', isBase64Encoded: true });
    },
  );

  test('has every byte of a body, whatever they are and whatever it is called', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 200 }),
        fc.constantFrom('text/plain', 'application/json', 'application/octet-stream'),
        async (bytes, type) => {
          await post(new Uint8Array(bytes), { 'content-type': type });
          const { body = '', isBase64Encoded } = lastEvent() ?? {};
          expect(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8')).toEqual(Buffer.from(bytes));
        },
      ),
      { numRuns: 60 },
    );
  });

  test('has no body where there is none', async () => {
    await fetch(`${gateway.url}/hooks/ivvy`);
    expect(lastEvent()).not.toHaveProperty('body');
    expect(lastEvent()).toMatchObject({ isBase64Encoded: false, headers: { 'content-length': '0' } });
  });
});

describe('what a function returned is answered', () => {
  test('with its status, headers, cookies and body', async () => {
    invoke.mockResolvedValue({
      statusCode: 503,
      headers: { 'Retry-After': 20 },
      cookies: ['a=1', 'b=2'],
      body: 'later',
    });
    const response = await post('{}');
    expect([response.status, await response.text()]).toEqual([503, 'later']);
    expect(response.headers.get('retry-after')).toBe('20');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });

  test('from base64 where it says so', async () => {
    invoke.mockResolvedValue({ statusCode: 200, body: 'AP8=', isBase64Encoded: true });
    expect(new Uint8Array(await (await post('{}')).arrayBuffer())).toEqual(new Uint8Array([0, 255]));
  });

  test.each([
    [{ ok: true }, '{"ok":true}'],
    ['hello', 'hello'],
    [[1], '[1]'],
    [undefined, 'null'],
  ])('as JSON with status 200 where it has no status: %j', async (result, body) => {
    invoke.mockResolvedValue(result);
    const response = await post('{}');
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      200,
      'application/json',
      body,
    ]);
  });

  test.each([
    { statusCode: 'many' },
    { statusCode: 99 },
    { statusCode: 200, body: { no: 'string' } },
    { statusCode: 200, headers: { 'x-bad': 'line\nbreak' } },
  ])('with 500 where it is no answer: %j', async (result) => {
    invoke.mockResolvedValue(result);
    const response = await post('{}');
    expect([response.status, await response.json()]).toEqual([500, { message: 'Internal Server Error' }]);
  });
});

describe('the gateway answers by itself', () => {
  test.each([
    ['POST', '/hooks'],
    ['PUT', '/hooks/ivvy'],
    ['GET', '/'],
    ['POST', '/hooks/ivvy/'],
  ])('404 to %s %s', async (method, path) => {
    const response = await fetch(`${gateway.url}${path}`, { method });
    expect([response.status, await response.json()]).toEqual([404, { message: 'Not Found' }]);
    expect(answered).toMatchObject([{ method, path, status: 404 }]);
    expect(invoke).not.toHaveBeenCalled();
  });

  test('413 to more than 10 MB, and goes on', async () => {
    const tenMegabytes = 10 * 1024 * 1024;
    expect((await post('x'.repeat(tenMegabytes))).status).toBe(200);
    const response = await post('x'.repeat(tenMegabytes + 1));
    expect([response.status, await response.json()]).toEqual([413, { message: 'Request Entity Too Large' }]);
    expect((await post('{}')).status).toBe(200);
    expect(invoke).toHaveBeenCalledTimes(2);
  });

  test('413 also where nobody said beforehand how much it would be', async () => {
    const sent = request(`${gateway.url}/hooks/ivvy`, { method: 'POST' });
    sent.on('error', () => undefined);
    for (let megabyte = 0; megabyte < 11; megabyte++) sent.write(Buffer.alloc(1024 * 1024));
    const [response] = await once(sent, 'response');
    expect([response.statusCode, await json(response)]).toEqual([
      413,
      { message: 'Request Entity Too Large' },
    ]);
    sent.destroy();
  });

  test('503 where the function fails', async () => {
    invoke.mockRejectedValue(new Error('it broke'));
    const response = await post('{}');
    expect([response.status, await response.json()]).toEqual([503, { message: 'Service Unavailable' }]);
  });

  test('503 where the function does not answer in time', async () => {
    invoke.mockReturnValue(new Promise(() => undefined));
    expect((await post('{}')).status).toBe(503);
  });
});

test('a client that breaks off in the middle harms nobody', async () => {
  const { port } = new URL(gateway.url);
  const socket = connect(Number(port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write('POST /hooks/ivvy HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\nhalf');
  await new Promise((resolve) => setTimeout(resolve, 20));
  socket.destroy();
  expect((await post('{}')).status).toBe(200);
  expect(invoke).toHaveBeenCalledTimes(1);
});

test('only this machine is listened to', async () => {
  expect(gateway.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const { port } = new URL(gateway.url);
  await expect(startGateway(Number(port), () => undefined)).rejects.toThrow(`Port ${port} is in use`);
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
});
