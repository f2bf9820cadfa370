import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { startWorkerThread, type WorkerThread } from '../../local/functions/worker-thread.ts';
import type { OutsidePart } from '../../local/internet/internet.ts';
import { innerMessage, ivvy, signInner, signSns } from '../../senders/ivvy.ts';
import { readSample } from '../../senders/samples.ts';
import { snsHandshake, snsNotification, snsRequest } from '../../senders/sns.ts';
import {
  HOSTILE_CERTIFICATE_URLS,
  HOSTILE_SUBSCRIBE_URLS,
  SNS_SOURCES,
  TOPIC,
} from './attackers/support/forged-sns.ts';
import {
  allowedConnections,
  HOSTS,
  type RecordedStack,
  recordedIn,
  recorderEnvironment,
  startRecordedStack,
} from './attackers/support/recorded-stack.ts';
import type { AwsCall } from './support/aws-tap.ts';

// The functions call AWS, SNS where a certificate or a confirmation is, and the bucket of iVvy's keys; and nobody else,
// whatever comes in. Each function has a recorder of its connections below it, and the world outside is one server that
// writes down which host was meant. Every local stack in `attackers/` is recorded in this way and held to the same list, so it
// holds for each forgery there; here is what only URLs can do.

const SUPPORT = join(import.meta.dirname, 'attackers', 'support');

let localStack: RecordedStack;
beforeAll(async () => {
  localStack = await startRecordedStack({ sources: SNS_SOURCES, fanOut: true });
}, 60_000);
afterAll(() => localStack?.stop(), 30_000);

const expectNobodyElse = async (): Promise<void> => {
  expect(await localStack.strangers()).toEqual([]);
};

test('what is genuine makes the functions ask every host of the list, and fan-out nobody', async () => {
  const sample = await readSample(ivvy, ivvy.defaultEvent);
  await localStack.post('ivvy', ivvy.sign(sample, localStack.keys.pki));
  await localStack.post('ivvy', ivvy.sign({ event: 'subscribe' }, localStack.keys.pki));
  expect([...new Set(localStack.localStack.outside.requests.map(({ host }) => host))].sort()).toEqual(HOSTS);
  const isOfFanOut = ({ action, functionName }: AwsCall) =>
    action === 'SendMessageBatch' && functionName.includes('fan-out');
  while (!localStack.aws.calls.some(isOfFanOut)) await sleep(20);
  const connections = await localStack.connections();
  for (const port of [localStack.aws.endpoints.sqs, localStack.aws.endpoints.dynamodb].map(
    (url) => new URL(url).port,
  ))
    expect(connections).toContain(`connect 127.0.0.1 ${port}`);
  expect(connections).toContain(`connect 127.0.0.1 ${localStack.localStack.outside.port}`);
  await expectNobodyElse();
});

describe('a URL', () => {
  const scheme = fc.constantFrom(
    'https://',
    'http://',
    '//',
    'HTTPS://',
    'ftp://',
    'file://',
    'https:\\\\',
    '',
  );
  const user = fc.constantFrom('', '', 'user@', 'sns.ap-southeast-2.amazonaws.com@', 'a:b@', '@');
  const host = fc.constantFrom(
    'sns.ap-southeast-2.amazonaws.com',
    'sns.s3-ap-southeast-2.amazonaws.com',
    'evil.example',
    'localhost',
    '127.0.0.1',
    '169.254.169.254',
    '[::1]',
    'sns.ap-southeast-2.amazonaws.com.evil.example',
    'x.localhost',
  );
  const port = fc.constantFrom('', '', ':443', ':8443', ':80', ':');
  const path = fc.constantFrom(
    '/SimpleNotificationService-60eadc530605d63b8e62a523676ef735.pem',
    '/../SimpleNotificationService-60eadc530605d63b8e62a523676ef735.pem',
    `/?Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=x`,
    '/accounts/14/1537854341/notifcert.txt',
    '/latest/meta-data/',
    '',
  );
  const tail = fc.constantFrom('', '', '?x=.pem', '#.pem', '%00', ' ');
  const url = fc.tuple(scheme, user, host, port, path, tail).map((parts) => parts.join(''));

  test('wherever it stands, in signed fields and unsigned ones, is not followed', async () => {
    const sample = await readSample(ivvy, ivvy.defaultEvent);
    const { pki } = localStack.keys;
    const urls = [...HOSTILE_CERTIFICATE_URLS, ...HOSTILE_SUBSCRIBE_URLS, ...fc.sample(url, 40)];
    for (const hostile of urls) {
      const message = JSON.stringify(
        signInner(
          { ...innerMessage(sample), Region: hostile, SigningPublicKeyPath: hostile, SourceInfo: hostile },
          pki.ivvy.key,
        ),
      );
      const notification = { ...snsNotification(TOPIC, message), UnsubscribeURL: hostile };
      const handshake = {
        ...snsHandshake('SubscriptionConfirmation', TOPIC),
        Token: 'x',
        SubscribeURL: hostile,
      };
      const signed = [notification, handshake].map((fields) => signSns(fields, pki.sns.key));
      // Not signed, so whoever caught a message can put it there.
      const elsewhere = signed.map((fields) => ({ ...fields, SigningCertURL: hostile }));
      for (const fields of [...signed, ...elsewhere]) {
        const { body } = snsRequest(fields);
        const headers = Object.fromEntries(
          ['referer', 'origin', 'x-forwarded-host', 'x-original-url', 'link', 'webhook-request-origin'].map(
            (name) => [name, hostile],
          ),
        );
        // It looks at all of a message, and stores none that is not signed inside.
        await localStack.post('ivvy-strict', { headers, body });
      }
    }
    await expectNobodyElse();
  }, 60_000);

  test.each(['certificate', 'confirmation', 'key'] as const satisfies readonly OutsidePart[])(
    'that a host of the list redirects to is not followed: %s',
    async (part) => {
      const { outside } = localStack.localStack;
      await localStack.localStack.interrupt('gatepost-ingest-ivvy');
      const before = outside.requests.length;
      outside.misbehave(part, 'redirect');
      try {
        const event = part === 'confirmation' ? 'subscribe' : 'CompanyAdded';
        await localStack.post('ivvy', ivvy.sign(await readSample(ivvy, event), localStack.keys.pki));
      } finally {
        outside.behave();
      }
      expect(outside.requests.length).toBeGreaterThan(before);
      await expectNobodyElse();
    },
  );
});

describe('the recorder', () => {
  const name = 'leaks';
  let worker: WorkerThread;
  let directory: string;
  let file: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'gatepost-leaks-'));
    file = join(directory, name);
    worker = startWorkerThread(
      {
        name,
        arn: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
        logGroup: `/aws/lambda/${name}`,
        directory: SUPPORT,
        handler: 'leaks.handler',
        environment: recorderEnvironment(file),
        timeout: 5,
        memorySize: 256,
      },
      {
        endpoints: localStack.aws.endpoints,
        outsidePort: localStack.localStack.outside.port,
        caCert: '',
        line: () => undefined,
      },
    );
    await worker.ready;
  });
  afterAll(async () => {
    await worker.terminate();
    await rm(directory, { recursive: true });
  });

  test.each([
    ['fetch', 'connect 127.0.0.2 61999'],
    ['fetch by name', 'lookup localhost'],
    ['http', 'connect 127.0.0.2 61999'],
    ['https', 'connect 127.0.0.2 61999'],
    ['http2', 'connect 127.0.0.2 61999'],
    ['net', 'connect 127.0.0.2 61999'],
    ['socket', 'connect 127.0.0.2 61999'],
    ['tls', 'connect 127.0.0.2 61999'],
    ['pipe', 'pipe'],
    ['lookup', 'lookup localhost'],
    ['query', 'query evil.example'],
    ['datagram', 'datagram'],
    ['process', 'process'],
  ])('sees a function that goes outside by %s', async (way, line) => {
    await writeFile(file, '');
    await worker.invoke({ way });
    const allowed = allowedConnections(localStack);
    const strangers = [...(await recordedIn(file))].filter((one) => !allowed.includes(one));
    expect(strangers).toContainEqual(expect.stringContaining(line));
  });
});
