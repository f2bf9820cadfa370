import { afterEach, describe, expect, test } from '@jest/globals';
import { REASONS, type Reason } from '../../lambdas/core/rejection.ts';
import type { OutsidePart } from '../../local/internet/internet.ts';
import { altovizRequest, signAltoviz } from '../../senders/altoviz.ts';
import { type IvvyOptions, innerMessage, ivvy, ivvyTopic, signInner, signSns } from '../../senders/ivvy.ts';
import { readSample } from '../../senders/samples.ts';
import { type SignedRequest, tamper } from '../../senders/sender.ts';
import { snsHandshake, snsNotification, snsRequest } from '../../senders/sns.ts';
import { gateUnderTest, type PostedRequest } from './support/gate-under-test.ts';

// Each status and each reason of the closed list, through the front door.

const gate = gateUnderTest();
const SECRET = 'the-secret-of-the-answers';
const company = await readSample(ivvy, 'CompanyAdded');

const fromIvvy = (options: IvvyOptions = {}): SignedRequest =>
  ivvy.sign(company, gate().localStack.pki, options);

/** An SNS message, changed after it was signed. */
const changed = (fields: Readonly<Record<string, unknown>>): SignedRequest => {
  const { sns, ivvy: key } = gate().localStack.pki;
  const message = JSON.stringify(signInner(innerMessage(company), key.key));
  return snsRequest({ ...signSns(snsNotification(ivvyTopic(), message), sns.key), ...fields });
};

const handshake = (fields: Readonly<Record<string, unknown>> = {}): SignedRequest =>
  snsRequest(
    signSns(
      { ...snsHandshake('SubscriptionConfirmation', ivvyTopic()), ...fields },
      gate().localStack.pki.sns.key,
    ),
  );

const fromAltoviz = (body: string | Buffer): SignedRequest =>
  altovizRequest('', Buffer.from(body), signAltoviz(body, SECRET));

/** As a binary body, so that not even the gateway reads it as text. */
const bytes = (body: Buffer): PostedRequest => ({
  headers: { 'content-type': 'application/octet-stream', 'x-signature': signAltoviz(body, SECRET) },
  body,
});

const hoursAgo = (hours: number): Date => new Date(Date.now() - hours * 60 * 60_000);

interface Case {
  readonly reason: Reason;
  readonly what: string;
  readonly source?: string;
  readonly request: () => PostedRequest | Promise<PostedRequest>;
  /** Makes the world be such that it fails. */
  readonly given?: () => void | Promise<void>;
}

const outside =
  (part: OutsidePart, how: Parameters<ReturnType<typeof gate>['localStack']['outside']['misbehave']>[1]) =>
  async () => {
    await gate().localStack.interrupt('gatepost-ingest-ivvy');
    await gate().localStack.interrupt('gatepost-ingest-ivvy-strict');
    gate().localStack.outside.misbehave(part, how);
  };

const cases: readonly Case[] = [
  { reason: 'body-not-json', what: 'no JSON at all', request: () => ({ body: 'hello' }) },
  {
    reason: 'body-shape',
    what: 'a Type that SNS does not have',
    request: () => fromIvvy({ envelope: { Type: 'Whatever' } }),
  },
  {
    reason: 'body-shape',
    what: 'a Type that the header contradicts',
    request: () => ({ ...fromIvvy(), headers: { 'x-amz-sns-message-type': 'SubscriptionConfirmation' } }),
  },
  {
    reason: 'body-shape',
    what: 'a MessageId that is no UUID',
    request: () => fromIvvy({ envelope: { MessageId: '1' } }),
  },
  {
    reason: 'body-shape',
    what: 'a Timestamp of another form',
    request: () => fromIvvy({ envelope: { Timestamp: 'yesterday' } }),
  },
  {
    reason: 'body-shape',
    what: 'a newline in TopicArn',
    request: () => ({ body: changed({ TopicArn: `${ivvyTopic()}\nType\nNotification` }).body }),
  },
  {
    reason: 'raw-delivery',
    what: 'raw SNS delivery',
    request: () => ({ headers: { 'x-amz-sns-rawdelivery': 'true' }, body: '{}' }),
  },
  { reason: 'signature-missing', what: 'no X-Signature', source: 'altoviz', request: () => ({ body: '{}' }) },
  { reason: 'signature-missing', what: 'no Signature', request: () => changed({ Signature: undefined }) },
  {
    reason: 'signature-missing',
    what: 'no signature inside, where it is required',
    source: 'ivvy-strict',
    request: () => fromIvvy({ envelope: { Message: JSON.stringify(innerMessage(company)) } }),
  },
  {
    reason: 'signature-malformed',
    what: 'a signature of the wrong length',
    source: 'altoviz',
    request: () => ({ headers: { 'x-signature': 'ab'.repeat(31) }, body: '{}' }),
  },
  {
    reason: 'signature-malformed',
    what: 'a SignatureVersion of the future',
    request: () => changed({ SignatureVersion: '3' }),
  },
  { reason: 'signature-mismatch', what: 'another body', request: () => tamper(fromIvvy()) },
  {
    reason: 'signature-mismatch',
    what: 'another key',
    source: 'altoviz',
    request: () => ({
      headers: { 'x-signature': signAltoviz('{}', 'another-secret-of-somebody') },
      body: '{}',
    }),
  },
  {
    reason: 'signature-mismatch',
    what: 'a wrong signature inside, where it is required',
    source: 'ivvy-strict',
    request: () =>
      fromIvvy({
        envelope: {
          Message: JSON.stringify({
            ...signInner(innerMessage(company), gate().localStack.pki.ivvy.key),
            TxnId: 'x',
          }),
        },
      }),
  },
  {
    reason: 'topic-not-allowed',
    what: 'a topic of another owner',
    request: () => fromIvvy({ topicArn: ivvyTopic().replace('232528047142', '232528047143') }),
  },
  {
    reason: 'topic-not-allowed',
    what: 'a topic named otherwise',
    request: () => fromIvvy({ topicArn: `${ivvyTopic()}-` }),
  },
  {
    reason: 'topic-not-allowed',
    what: 'a topic that is not in the list',
    source: 'ivvy-pinned',
    request: () => fromIvvy({ topicArn: ivvyTopic('Crm') }),
  },
  {
    reason: 'account-not-allowed',
    what: 'the topic of another account',
    request: () => fromIvvy({ accountId: '15' }),
  },
  {
    reason: 'account-not-allowed',
    what: 'the message of another account in a topic of ours',
    request: () => fromIvvy({ accountId: '15', topicArn: ivvyTopic() }),
  },
  {
    reason: 'region-not-allowed',
    what: 'a topic in another region',
    request: () => fromIvvy({ topicArn: ivvyTopic('Companies', '14', 'us-east-1') }),
  },
  {
    reason: 'certificate-url-not-allowed',
    what: 'a certificate from a bucket called sns',
    request: () =>
      changed({
        SigningCertURL:
          'https://sns.s3-ap-southeast-2.amazonaws.com/SimpleNotificationService-60eadc530605d63b8e62a523676ef735.pem',
      }),
  },
  {
    reason: 'certificate-url-not-allowed',
    what: 'a certificate of another region',
    request: () =>
      changed({
        SigningCertURL:
          'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-60eadc530605d63b8e62a523676ef735.pem',
      }),
  },
  {
    reason: 'subscribe-url-not-allowed',
    what: 'a SubscribeURL elsewhere',
    request: () => handshake({ SubscribeURL: 'https://elsewhere.example/?Action=ConfirmSubscription' }),
  },
  {
    reason: 'key-not-allowed',
    what: 'a key from another bucket, where the signature inside is required',
    source: 'ivvy-strict',
    request: () => fromIvvy({ inner: { SigningPublicKeyPath: '/../another-bucket/notifcert.txt' } }),
  },
  {
    reason: 'address-not-allowed',
    what: 'an address that is not listed',
    source: 'altoviz-elsewhere',
    request: () => ({ body: '{}' }),
  },
  { reason: 'stale', what: 'a message of yesterday', request: () => fromIvvy({ now: hoursAgo(24) }) },
  { reason: 'future', what: 'a message of the next hour', request: () => fromIvvy({ now: hoursAgo(-1) }) },
  {
    reason: 'body-too-large',
    what: 'a body of more than 3 MB',
    source: 'altoviz',
    request: () => ({ body: ' '.repeat(3_000_001) }),
  },
  {
    reason: 'certificate-unavailable',
    what: 'a certificate that is not there',
    request: () => fromIvvy(),
    given: outside('certificate', 500),
  },
  {
    reason: 'certificate-unavailable',
    what: 'a certificate that is a page of HTML',
    request: () => fromIvvy(),
    given: outside('certificate', 'nonsense'),
  },
  {
    reason: 'certificate-unavailable',
    what: 'a certificate that does not come',
    request: () => fromIvvy(),
    given: outside('certificate', 'hang'),
  },
  {
    reason: 'key-unavailable',
    what: "no key of iVvy's, where the signature inside is required",
    source: 'ivvy-strict',
    request: () => fromIvvy(),
    given: outside('key', 404),
  },
  {
    reason: 'confirmation-failed',
    what: 'a confirmation that fails',
    request: () => handshake(),
    given: outside('confirmation', 500),
  },
  {
    reason: 'secret-unavailable',
    what: 'Secrets Manager away',
    source: 'altoviz',
    request: () => fromAltoviz('{}'),
    given: async () => {
      await gate().localStack.interrupt('gatepost-ingest-altoviz');
      gate().aws.decide(({ service }) => (service === 'secretsManager' ? 500 : 'pass'));
    },
  },
  {
    reason: 'secret-unset',
    what: 'a secret that is too short',
    source: 'altoviz-unset',
    request: () => fromAltoviz('{}'),
    given: () => gate().setSecret('altoviz-unset', 'short'),
  },
  {
    reason: 'intake-unavailable',
    what: 'SQS away',
    request: () => fromIvvy(),
    given: () =>
      gate().aws.decide(({ action, functionName }) =>
        action === 'SendMessageBatch' && functionName.includes('ingest') ? 'lose' : 'pass',
      ),
  },
];

afterEach(() => {
  gate().aws.pass();
  gate().localStack.outside.behave();
});

test.each(cases)('$reason: $what', async ({ reason, source = 'ivvy', request, given }) => {
  await gate().setSecret('altoviz', SECRET);
  await given?.();
  const lines = gate().lines.length;
  const { status, headers, body } = await gate().post(source, await request());
  expect(status).toBe(REASONS[reason]);
  expect(headers.has('retry-after')).toBe(status === 503);
  // The caller learns no more than the status says.
  expect(Object.keys(body as object)).toEqual(['error']);
  await gate().until(`${reason} is logged`, () =>
    gate()
      .lines.slice(lines)
      .some(({ text }) => text.includes(`"reason":"${reason}"`)),
  );
});

test('every reason is provoked, but the one for mistakes that nobody foresaw', () => {
  const provoked = new Set(cases.map(({ reason }) => reason));
  expect(Object.keys(REASONS).filter((reason) => !provoked.has(reason as Reason))).toEqual([
    'internal-error',
  ]);
});

test('none of it left anything in a queue or in the event log', async () => {
  await gate().settled();
  for (const entity of Object.keys(gate().localStack.queues)) {
    expect([entity, await gate().depth(`gatepost-${entity}.fifo`)]).toEqual([entity, 0]);
  }
  expect(await gate().eventLog()).toEqual([]);
});

describe('what is genuine is stored, understood or not', () => {
  test.each<[what: string, source: string, request: () => PostedRequest]>([
    ['no JSON', 'altoviz', () => fromAltoviz('{"id":')],
    ['no UTF-8', 'altoviz', () => bytes(Buffer.from([0x7b, 0xff, 0x7d]))],
    ['an empty body', 'altoviz', () => fromAltoviz('')],
    [
      'nesting beyond reason',
      'altoviz',
      () => fromAltoviz(`{"id":1,"type":"a","data":${'['.repeat(501)}${']'.repeat(501)}}`),
    ],
    ['an array', 'altoviz', () => fromAltoviz('[]')],
    ['a number', 'altoviz', () => fromAltoviz('7')],
    ['a missing field', 'altoviz', () => fromAltoviz('{"id":"1","data":{}}')],
    ['a field of the wrong type', 'altoviz', () => fromAltoviz('{"id":"1","type":7,"data":{}}')],
    ['a Message that is no JSON', 'ivvy', () => fromIvvy({ envelope: { Message: 'hello' } })],
    ['a Message without an AccountId', 'ivvy', () => fromIvvy({ inner: { AccountId: undefined } })],
  ])('%s', async (_, source, request) => {
    await gate().setSecret('altoviz', SECRET);
    expect(await gate().post(source, request())).toMatchObject({ status: 200 });
    const [{ event } = {}] = await gate().take('unrecognized');
    expect(event?.reason).toBe('not-understood');
  });
});

describe('what was out of reach is asked again', () => {
  test('a certificate that was nonsense', async () => {
    await outside('certificate', 'nonsense')();
    expect(await gate().post('ivvy', fromIvvy())).toMatchObject({ status: 503 });
    gate().localStack.outside.behave();
    expect(await gate().post('ivvy', fromIvvy())).toMatchObject({ status: 200 });
  });

  test('a certificate that was not there', async () => {
    await outside('certificate', 404)();
    expect(await gate().post('ivvy', fromIvvy())).toMatchObject({ status: 503 });
    gate().localStack.outside.behave();
    expect(await gate().post('ivvy', fromIvvy())).toMatchObject({ status: 200 });
  });
});

test('no such source, or another method, is 404', async () => {
  expect(await gate().post('nobody', { body: '{}' })).toMatchObject({ status: 404 });
  expect(await gate().post('ivvy', { method: 'GET' })).toMatchObject({ status: 404 });
});
