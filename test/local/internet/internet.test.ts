import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { type RequestOptions, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Outside, type OutsidePart, startOutside } from '../../../local/internet/internet.ts';
import type { Misbehaviour } from '../../../local/internet/misbehaviour.ts';
import { loadPki, type Pki } from '../../../senders/pki.ts';

let home: string;
let pki: Pki;
let outside: Outside;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'gatepost-outside-'));
  pki = await loadPki(join(home, 'pki'));
  outside = await startOutside(pki);
});
afterEach(() => outside.behave());
afterAll(async () => {
  await outside.stop();
  await rm(home, { recursive: true });
});

const SNS = 'sns.ap-southeast-2.amazonaws.com';
const CERTIFICATE = '/SimpleNotificationService-60eadc530605d63b8e62a523676ef735.pem';
const TOPIC = 'arn:aws:sns:ap-southeast-2:232528047142:iVvy_Account_14_d4_NotifCompanies';
const KEY = '/notifications.stageau.ap-southeast-2.ivvy.com/accounts/14/1537854341/notifcert.txt';

/** Asks the world outside for a URL of one of its hosts, trusting the local authority and nobody else. */
const open = async (host: string, path: string, options: RequestOptions = {}): Promise<IncomingMessage> => {
  const asked = request({
    host: '127.0.0.1',
    port: outside.port,
    servername: host,
    headers: { host },
    path,
    ca: pki.caCert,
    agent: false,
    ...options,
  });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return response;
};

const get = async (host: string, path: string, options?: RequestOptions) => {
  const response = await open(host, path, options);
  const chunks: Buffer[] = await response.toArray();
  return { status: response.statusCode, headers: response.headers, text: Buffer.concat(chunks).toString() };
};

const PARTS: Readonly<Record<OutsidePart, readonly [host: string, path: string]>> = {
  certificate: [SNS, CERTIFICATE],
  confirmation: [SNS, `/?Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=2336412f`],
  key: ['s3-ap-southeast-2.amazonaws.com', KEY],
};

describe('the world outside, as the local stack plays it', () => {
  test('is trusted through the local authority only', async () => {
    await expect(get(SNS, CERTIFICATE, { ca: [] })).rejects.toThrow(/self-signed|unable to/);
  });

  test.each([SNS, 'sns.us-west-2.amazonaws.com'])(
    '%s hands out the certificate that SNS signs with',
    async (host) => {
      expect(await get(host, CERTIFICATE)).toMatchObject({ status: 200, text: pki.sns.cert });
    },
  );

  test.each([
    ['s3-ap-southeast-2.amazonaws.com', KEY],
    ['s3-us-west-2.amazonaws.com', '/accountnotifications.us-west-2.ivvy.com/accounts/7/15/notifcert.txt'],
  ])('%s hands out the public key of iVvy', async (host, path) => {
    expect(await get(host, path)).toMatchObject({ status: 200, text: pki.ivvy.publicKey });
  });

  test('SNS confirms a subscription and remembers it', async () => {
    const before = outside.confirmations.length;
    const { status, text } = await get(...PARTS.confirmation);
    expect(status).toBe(200);
    expect(text).toMatch(new RegExp(`<SubscriptionArn>${TOPIC}:[0-9a-f-]{36}</SubscriptionArn>`));
    expect(outside.confirmations.slice(before)).toEqual([{ topicArn: TOPIC, token: '2336412f' }]);
  });

  test.each([
    ['no token', `TopicArn=${TOPIC}`],
    ['an empty token', `TopicArn=${TOPIC}&Token=`],
    ['no topic', 'Token=2336412f'],
    ['what is no topic', 'TopicArn=<b>&Token=2336412f'],
  ])('SNS confirms nothing where it is given %s', async (_, query) => {
    const before = outside.confirmations.length;
    expect(await get(SNS, `/?Action=ConfirmSubscription&${query}`)).toMatchObject({ status: 400 });
    expect(outside.confirmations).toHaveLength(before);
  });

  test.each([
    ['another host', 'example.com', CERTIFICATE],
    ['a bucket called sns', 'sns.s3-ap-southeast-2.amazonaws.com', CERTIFICATE],
    ['another certificate name', SNS, '/SimpleNotificationService-60.pem'],
    ['another action', SNS, `/?Action=Unsubscribe&TopicArn=${TOPIC}&Token=2336412f`],
    ['another bucket', 's3-ap-southeast-2.amazonaws.com', '/attacker/accounts/14/1537854341/notifcert.txt'],
    [
      'the bucket of another region',
      's3-us-west-2.amazonaws.com',
      '/accountnotifications.eu-west-2.ivvy.com/accounts/14/1/notifcert.txt',
    ],
  ])('knows nothing of %s', async (_, host, path) => {
    expect(await get(host, path)).toMatchObject({ status: 404 });
  });

  test('takes nothing but a GET', async () => {
    expect(await get(SNS, CERTIFICATE, { method: 'POST' })).toMatchObject({ status: 404 });
  });

  test('remembers each request, known or not', async () => {
    const before = outside.requests.length;
    await get(SNS, CERTIFICATE);
    await get('elsewhere.example', '/a?b=c');
    expect(outside.requests.slice(before)).toEqual([
      { host: SNS, method: 'GET', path: CERTIFICATE },
      { host: 'elsewhere.example', method: 'GET', path: '/a?b=c' },
    ]);
  });
});

describe('a part that misbehaves', () => {
  test.each(['certificate', 'confirmation', 'key'] as const)(
    'is %s alone, and behaves again when told to',
    async (part) => {
      const statuses = async () => {
        const answers = await Promise.all(Object.values(PARTS).map(([host, path]) => get(host, path)));
        return Object.fromEntries(Object.keys(PARTS).map((name, at) => [name, answers[at]?.status]));
      };
      const well = { certificate: 200, confirmation: 200, key: 200 };
      const before = outside.confirmations.length;
      outside.misbehave(part, 503);
      expect(await statuses()).toEqual({ ...well, [part]: 503 });
      expect(outside.confirmations).toHaveLength(before + (part === 'confirmation' ? 0 : 1));
      outside.behave();
      expect(await statuses()).toEqual(well);
    },
  );

  test('answers a status, nonsense or a redirect', async () => {
    const misbehaving = (how: Misbehaviour) => {
      outside.misbehave('key', how);
      return get(...PARTS.key);
    };
    expect(await misbehaving(418)).toMatchObject({ status: 418, text: '' });
    expect(await misbehaving('nonsense')).toMatchObject({
      status: 200,
      text: expect.stringMatching(/^<!doctype html>/),
    });
    expect(await misbehaving('redirect')).toMatchObject({
      status: 302,
      headers: { location: 'https://elsewhere.example/' },
    });
  });

  test('resets the connection', async () => {
    outside.misbehave('certificate', 'reset');
    await expect(get(...PARTS.certificate)).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  test('hangs', async () => {
    outside.misbehave('certificate', 'hang');
    await expect(get(...PARTS.certificate, { signal: AbortSignal.timeout(200) })).rejects.toThrow(/aborted/);
  });

  test('pours without end', async () => {
    outside.misbehave('certificate', 'huge');
    const response = await open(...PARTS.certificate);
    let bytes = 0;
    for await (const chunk of response) {
      bytes += chunk.length;
      if (bytes > 8 * 1024 * 1024) break;
    }
    expect(bytes).toBeGreaterThan(8 * 1024 * 1024);
  });

  test('drips without end, never pausing for long', async () => {
    outside.misbehave('certificate', 'drip');
    const response = await open(...PARTS.certificate);
    let drops = 0;
    for await (const chunk of response) {
      drops += chunk.length;
      if (drops >= 4) break;
    }
    expect(drops).toBeGreaterThanOrEqual(4);
  });

  test('does not keep the world outside from stopping', async () => {
    const other = await startOutside(pki);
    other.misbehave('certificate', 'hang');
    const hanging = get(...PARTS.certificate, { port: other.port });
    hanging.catch(() => undefined);
    while (other.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await other.stop();
    await expect(hanging).rejects.toMatchObject({ code: 'ECONNRESET' });
  });
});
