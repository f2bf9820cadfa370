import { rm } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startDynamoDb } from '../../../local/aws/dynamodb.ts';
import type { Emulator } from '../../../local/aws/emulator.ts';
import { LOCAL_CLIENT } from '../../../local/aws/endpoints.ts';
import { startLogs } from '../../../local/aws/logs.ts';
import { startS3 } from '../../../local/aws/s3.ts';
import { openSecretsFile } from '../../../local/aws/secrets-file.ts';
import { startSecretsManager } from '../../../local/aws/secrets-manager.ts';
import { startSqs } from '../../../local/aws/sqs.ts';
import { isOwnHost } from '../../../local/support/own-requests.ts';
import { temporaryDirectory } from './fixture-assembly.ts';

const SERVICES = ['sqs', 'dynamodb', 'secretsManager', 'logs', 's3'] as const;
type Service = (typeof SERVICES)[number];

/** A harmless call of each, as its SDK writes it. */
const TARGETS: Readonly<Record<Service, string>> = {
  sqs: 'AmazonSQS.ListQueues',
  dynamodb: 'DynamoDB_20120810.ListTables',
  secretsManager: 'secretsmanager.ListSecrets',
  logs: 'Logs_20140328.FilterLogEvents',
  s3: 'none: S3 is asked by method and path',
};

let directory: string;
let emulators: Readonly<Record<Service, Emulator>>;
beforeAll(async () => {
  directory = await temporaryDirectory();
  const file = await openSecretsFile(join(directory, 'secrets.json'), []);
  emulators = {
    sqs: await startSqs(0),
    dynamodb: await startDynamoDb(0),
    secretsManager: await startSecretsManager(0, [], file, async () => undefined),
    logs: await startLogs(0, ['group']),
    s3: await startS3(0),
  };
});
afterAll(async () => {
  await Promise.all(Object.values(emulators).map((emulator) => emulator.stop()));
  await rm(directory, { recursive: true });
});

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends a request with exactly these headers, which `fetch` would not. */
const ask = (url: string, service: Service, { method = 'POST', headers = {} }: Asked) =>
  new Promise<{ status: number | undefined; allowed: string | undefined; body: string }>(
    (resolve, reject) => {
      const asked = request(url, {
        method,
        headers: {
          'content-type': 'application/x-amz-json-1.0',
          'x-amz-target': TARGETS[service],
          authorization: 'AWS4-HMAC-SHA256 Credential=any/20261129/us-east-1/any/aws4_request, Signature=x',
          ...headers,
        },
      });
      asked.on('error', reject);
      asked.on('response', async (response) => {
        const allowed = response.headers['access-control-allow-origin'];
        resolve({ status: response.statusCode, allowed, body: (await response.toArray()).join('') });
      });
      asked.end(method === 'POST' ? '{"logGroupName":"group"}' : undefined);
    },
  );

describe.each(SERVICES)('%s', (service) => {
  const url = () => emulators[service].url;
  const port = () => new URL(url()).port;

  test('answers a program on this machine, by any of its names', async () => {
    for (const host of [`127.0.0.1:${port()}`, `localhost:${port()}`, `LOCALHOST:${port()}`])
      expect((await ask(url(), service, { headers: { host } })).status).not.toBe(403);
  });

  test.each<[string, Asked]>([
    ['that sends a form', { headers: { origin: 'https://evil.example', 'content-type': 'text/plain' } }],
    ['that sends JSON', { headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' } }],
    ['that asks first', { method: 'OPTIONS', headers: { origin: 'https://evil.example' } }],
    ['in a sandbox', { headers: { origin: 'null' } }],
    ['on another port of this machine', { headers: { origin: 'http://127.0.0.1:80' } }],
    ['with an image', { method: 'GET', headers: { 'sec-fetch-site': 'cross-site' } }],
    ['on this machine, with an image', { method: 'GET', headers: { 'sec-fetch-site': 'same-site' } }],
    ['whose name leads here', { headers: { host: 'evil.example' } }],
    ['whose name and port lead here', { headers: { host: 'evil.example:PORT' } }],
    ['whose name ends like this machine’s', { headers: { host: 'evillocalhost:PORT' } }],
    ['that says the port of another server', { headers: { host: '127.0.0.1:80' } }],
  ])('refuses a website %s', async (_, { method, headers = {} }) => {
    const named = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value.replace('PORT', port())]),
    );
    const answer = await ask(url(), service, { ...(method !== undefined && { method }), headers: named });
    expect(answer).toMatchObject({ status: 403, allowed: undefined });
    expect(answer.body).not.toContain('{');
  });

  test('answers no website even where a function’s permissions are checked first', async () => {
    const check = await emulators[service].check(
      { principals: new Map(), ofQueues: new Map(), ofBuckets: new Map(), secretArns: new Map() },
      () => undefined,
    );
    const strange = await ask(check.url, service, { headers: { origin: 'https://evil.example' } });
    expect(strange).toMatchObject({
      status: 403,
      allowed: undefined,
      body: expect.stringContaining('websites'),
    });
    // A program passes, and is told that it has no role.
    const own = await ask(check.url, service, {});
    expect(own.body).not.toContain('websites');
    await check.stop();
  });
});

test('the clients of AWS keep working', async () => {
  const sqs = new SQSClient({
    ...LOCAL_CLIENT,
    endpoint: emulators.sqs.url.replace('127.0.0.1', 'localhost'),
  });
  await sqs.send(new ListQueuesCommand());
  sqs.destroy();
  const dynamo = new DynamoDBClient({ ...LOCAL_CLIENT, endpoint: emulators.dynamodb.url });
  expect((await dynamo.send(new ListTablesCommand())).TableNames).toEqual([]);
  dynamo.destroy();
});

test.each([
  ['127.0.0.1:4566', true],
  ['localhost:4566', true],
  ['bucket.localhost:4566', true],
  ['127.0.0.1', false],
  ['127.0.0.1:45660', false],
  ['127.0.0.1:4566.evil.example:4566', false],
  ['evil.example:4566', false],
  ['localhost.evil.example:4566', false],
  [':4566', false],
  ['', false],
  [undefined, false],
])('the host %s is this server: %s', (host, isOwn) => {
  expect(isOwnHost(host, 4566)).toBe(isOwn);
});
