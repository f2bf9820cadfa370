import { createHmac, hash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { loadPki } from '../../senders/pki.ts';
import { send } from '../../senders/send.ts';

const SECRET = 'the secret of these tests';

interface Received {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

let home: string;
let started: string;
let gateway: Server;
let url: string;
let received: Received[];
let status: number;
let underWay = { now: 0, most: 0 };

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'gatepost-send-'));
  started = join(home, 'started');
  await mkdir(started);
  await loadPki(join(started, 'pki'));
  const rotated = { current: SECRET, previous: 'another', rotatedAt: '2026-01-01T00:00:00Z' };
  await writeFile(
    join(started, 'secrets.json'),
    JSON.stringify({ altoviz: SECRET, 'altoviz-lyon': rotated }),
  );

  gateway = createServer(async (request, response) => {
    underWay = { now: underWay.now + 1, most: Math.max(underWay.most, underWay.now + 1) };
    const body = Buffer.concat(await request.toArray());
    received.push({ url: request.url ?? '', headers: request.headers, body });
    await new Promise((resolve) => setTimeout(resolve, 2));
    underWay = { ...underWay, now: underWay.now - 1 };
    response.writeHead(status, { 'content-type': 'application/json', location: '/elsewhere' });
    response.end('{\n  "status": "accepted"\n}');
  }).listen(0, '127.0.0.1');
  await once(gateway, 'listening');
  url = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
});
beforeEach(() => {
  received = [];
  status = 200;
  underWay = { now: 0, most: 0 };
});
afterAll(async () => {
  gateway.closeAllConnections();
  gateway.close();
  await rm(home, { recursive: true });
});

/** Runs `npm run send` with these arguments. */
const run = async (line: string, { directory = started, isTTY = false, to = `--url ${url}` } = {}) => {
  const out = Object.assign(new PassThrough(), { isTTY });
  const err = new PassThrough();
  const args = `${line} ${to}`.split(' ').filter((arg) => arg !== '');
  const exitCode = await send(args, { directory, out, err });
  const text = (stream: PassThrough) => String(stream.read() ?? '');
  return { exitCode, out: text(out), err: text(err) };
};

const eventOf = ({ body }: Received): unknown => {
  const sent = JSON.parse(body.toString());
  return sent.type ?? (sent.Type === 'Notification' ? JSON.parse(sent.Message).Subject : sent.Type);
};
const isSigned = ({ headers, body }: Received): boolean =>
  headers['x-signature'] === createHmac('sha256', SECRET).update(body).digest('hex');
const digests = () => received.map(({ body }) => hash('sha256', body.toString()));

describe('npm run send', () => {
  test('sends the documented event where none is named, and says what was answered', async () => {
    const { exitCode, out, err } = await run('altoviz');
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(out).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3} {2}altoviz {2}CustomerCreated {2}200 {2}\{ "status": "accepted" \}\n$/,
    );
    expect(received.map(eventOf)).toEqual(['CustomerCreated']);
    expect(received[0]).toMatchObject({
      url: '/hooks/altoviz',
      headers: { 'content-type': 'text/plain; charset=utf-8' },
    });
    expect(received.every(isSigned)).toBe(true);
  });

  test.each([
    ['ivvy', 'CompanyAdded'],
    ['ivvy BookingMoved', 'BookingMoved'],
    ['ivvy subscribe', 'SubscriptionConfirmation'],
    ['ivvy unsubscribe', 'UnsubscribeConfirmation'],
    ['altoviz QuoteDeleted', 'QuoteDeleted'],
  ])('%s sends %s', async (line, event) => {
    expect((await run(line)).exitCode).toBe(0);
    expect(received.map(eventOf)).toEqual([event]);
  });

  test('sends to a source of another name, with its own current secret', async () => {
    expect((await run('altoviz-lyon --provider altoviz')).exitCode).toBe(0);
    expect(received[0]?.url).toBe('/hooks/altoviz-lyon');
    expect(received.every(isSigned)).toBe(true);
  });

  test('takes a URL with a stage and a slash at its end', async () => {
    await run('altoviz', { to: `--url ${url}/prod/` });
    expect(received[0]?.url).toBe('/prod/hooks/altoviz');
  });

  test('--count sends so many different events, a few at once', async () => {
    const { exitCode, out } = await run('altoviz --count 50');
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^50 of 50 answered, 50 x 200 in \d+\.\d s\n$/);
    expect(new Set(digests()).size).toBe(50);
    expect(underWay.most).toBeGreaterThan(1);
    expect(underWay.most).toBeLessThanOrEqual(8);
  });

  test('--count shows a bar on a terminal', async () => {
    expect((await run('altoviz --count 50', { isTTY: true })).out).toContain('50/50');
  });

  test('--duplicate sends each delivery twice, byte for byte', async () => {
    const { exitCode, out } = await run('altoviz --count 3 --duplicate');
    expect(exitCode).toBe(0);
    expect(out).toMatch(/6 of 6 answered, 6 x 200/);
    const counts = Object.values(Object.groupBy(digests(), (digest) => digest)).map((same) => same?.length);
    expect(counts).toEqual([2, 2, 2]);
  });

  test('--tamper spoils the signature, and is content with a 401 only', async () => {
    status = 401;
    expect((await run('altoviz --tamper')).exitCode).toBe(0);
    status = 200;
    expect((await run('altoviz --tamper')).exitCode).toBe(1);
    status = 400;
    expect((await run('altoviz --tamper')).exitCode).toBe(1);
    status = 503;
    expect((await run('altoviz --tamper')).exitCode).toBe(1);
    expect(received.some(isSigned)).toBe(false);
  });

  test.each([201, 302, 401, 503])(
    'an answer of %i is a failure, shown and not followed',
    async (answered) => {
      status = answered;
      const { exitCode, out } = await run('altoviz');
      expect(exitCode).toBe(1);
      expect(out).toContain(`CustomerCreated  ${answered}  `);
      expect(received).toHaveLength(1);
    },
  );

  test('tells apart what was answered', async () => {
    const sent = run('altoviz --count 30');
    while (received.length < 10) await new Promise((resolve) => setTimeout(resolve, 1));
    status = 429;
    const { exitCode, out } = await sent;
    expect(exitCode).toBe(1);
    expect(out).toMatch(/^30 of 30 answered, \d+ x 200, \d+ x 429 in/);
  });
});

describe('npm run send, where it cannot', () => {
  test.each([
    ['', /^which source\? known are: ivvy, ivy, augustus, altoviz, avaza, standard-webhooks, hmac/],
    [
      'nobody',
      /^there is no provider "nobody"; known are: ivvy, ivy, augustus, altoviz, avaza, standard-webhooks, hmac; set the source's provider with --provider/,
    ],
    [
      'altoviz --provider nobody',
      /^there is no provider "nobody"; known are: ivvy, ivy, augustus, altoviz, avaza, standard-webhooks, hmac/,
    ],
    [
      'altoviz CompanyAdded',
      /^altoviz has no event "CompanyAdded"; known are: ContactCreated, .*QuoteUpdated\n$/,
    ],
    ['altoviz subscribe', /^altoviz has no event "subscribe"/],
    ['ivvy ../altoviz/QuoteUpdated', /^ivvy has no event ".*"; known are: subscribe, unsubscribe, Booking/],
    ['ivvy CompanyAdded CompanyDeleted', /unexpected after the source and the event: CompanyDeleted/],
    ['ivvy --count 0', /^--count must be a whole number from 1/],
    ['ivvy --count many', /^--count must be a whole number from 1/],
    ['ivvy --what', /--what/],
    [
      'altoviz-nice --provider altoviz',
      /has no secret of a source "altoviz-nice"; it has secrets of: altoviz, altoviz-lyon\n$/,
    ],
    ['__proto__ --provider altoviz', /has no secret of a source "__proto__"/],
  ])('"%s" is not understood', async (line, sentence) => {
    const { exitCode, out, err } = await run(line);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
    expect(err).toMatch(sentence);
    expect(err.split('\n')).toHaveLength(2);
    expect(received).toEqual([]);
  });

  test.each(['localhost:8787', 'ftp://localhost', 'gateway'])('"%s" is no URL to send to', async (wrong) => {
    const { exitCode, err } = await run('altoviz', { to: `--url ${wrong}` });
    expect(exitCode).toBe(2);
    expect(err).toMatch(/^--url must be a URL/);
  });

  test.each(['ivvy', 'altoviz'])('%s needs a local stack that was started once', async (source) => {
    const { exitCode, err } = await run(source, { directory: join(home, 'never') });
    expect({ exitCode, err }).toEqual({ exitCode: 1, err: 'start the local stack first: npm start\n' });
  });

  test.each(['{"altoviz": "the secret', '"the secret"', 'null'])(
    'secrets that are no object are not quoted',
    async (text) => {
      const directory = await mkdtemp(join(home, 'broken-'));
      await writeFile(join(directory, 'secrets.json'), text);
      const { exitCode, err } = await run('altoviz', { directory });
      expect(exitCode).toBe(1);
      expect(err).toMatch(/is not a JSON object of secrets/);
      expect(err).not.toContain('the secret');
    },
  );

  test('a gateway that is not there is named', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo;
    closed.close();
    await once(closed, 'close');
    const { exitCode, err } = await run('altoviz --count 40', { to: `--url http://127.0.0.1:${port}` });
    expect(exitCode).toBe(1);
    expect(err).toBe(
      `http://127.0.0.1:${port} does not answer (ECONNREFUSED): start the local stack first: npm start\n`,
    );
  });

  test('--help says how', async () => {
    const { exitCode, out } = await run('--help');
    expect(exitCode).toBe(0);
    for (const option of ['--count', '--duplicate', '--tamper', '--provider', '--url'])
      expect(out).toContain(option);
  });
});
