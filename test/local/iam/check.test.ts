import { createServer, request, type Server } from 'node:http';
import { buffer } from 'node:stream/consumers';
import {
  CloudWatchLogsClient,
  FilterLogEventsCommand,
  type FilterLogEventsCommandInput,
} from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { type AwsEndpoints, functionCredentials, REGION } from '../../../local/aws/endpoints.ts';
import { type Check, startCheck } from '../../../local/iam/check.ts';
import { readPolicy } from '../../../local/iam/policy.ts';
import type { Refusal } from '../../../local/iam/refusal.ts';
import type { StackPolicies } from '../../../local/iam/stack-policies.ts';
import { LOOPBACK } from '../../../local/support/listen.ts';

// Between the SDK, which is a function here, and a server that writes down what reaches it.

const PRINCIPAL = {
  functionName: 'gatepost-fan-out',
  roleArn: 'arn:aws:iam::000000000000:role/fan-out',
  userArn: 'arn:aws:sts::000000000000:assumed-role/fan-out/gatepost-fan-out',
  accountId: '000000000000',
};

/** Of a stack in which the function may do this, and has one secret. */
const policiesOf = (...Statement: readonly object[]): StackPolicies => ({
  principals: new Map([
    ['gatepost-fan-out', { ...PRINCIPAL, statements: readPolicy({ Statement }, 'Test') }],
  ]),
  ofQueues: new Map(),
  ofBuckets: new Map(),
  secretArns: new Map([['gatepost/altoviz', 'arn:of:gatepost/altoviz']]),
});
const EVERYTHING = policiesOf({ Effect: 'Allow', Action: '*', Resource: '*' });
const NOTHING = policiesOf();

let refused: readonly Refusal[] = [];
const told = (refusal: Refusal): void => {
  refused = [...refused, refusal];
};

let seen: { rawHeaders: readonly string[]; url: string | undefined; body: string }[] = [];
let emulator: Server;
const checks = new Map<keyof AwsEndpoints, Check>();
beforeAll(async () => {
  emulator = createServer(async (incoming, outgoing) => {
    const body = (await buffer(incoming)).toString();
    seen.push({ rawHeaders: incoming.rawHeaders, url: incoming.url, body });
    outgoing.writeHead(418, 'As It Is', ['X-Odd-Case', 'yes', 'content-type', 'application/x-amz-json-1.0']);
    outgoing.end('{"__type":"Teapot"}');
  });
  for (const service of ['sqs', 'dynamodb', 's3', 'secretsManager', 'logs'] as const) {
    checks.set(service, await startCheck(service, emulator, EVERYTHING, told));
  }
});
const enforce = async (policies: StackPolicies) => {
  for (const check of checks.values()) await check.enforce(policies);
};
afterEach(async () => {
  refused = [];
  seen = [];
  await enforce(EVERYTHING);
});
afterAll(async () => {
  for (const check of checks.values()) await check.stop();
});

const client = (service: keyof AwsEndpoints, functionName = 'gatepost-fan-out') => ({
  region: REGION,
  endpoint: checks.get(service)?.url ?? '',
  credentials: functionCredentials(functionName),
  maxAttempts: 1,
});
const QueueUrl = 'http://127.0.0.1:4566/000000000000/gatepost-contact.fifo';
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:gatepost-contact.fifo';
const TABLE = 'arn:aws:dynamodb:us-east-1:000000000000:table/gatepost-event-log';

const sendMessage = (functionName?: string) =>
  new SQSClient(client('sqs', functionName)).send(new SendMessageCommand({ QueueUrl, MessageBody: 'hello' }));
const sendBatch = () =>
  new SQSClient(client('sqs')).send(
    new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: '0', MessageBody: 'hello' }] }),
  );
const putItem = () =>
  new DynamoDBClient(client('dynamodb')).send(
    new PutItemCommand({ TableName: 'gatepost-event-log', Item: {} }),
  );
const query = () =>
  new DynamoDBClient(client('dynamodb')).send(
    new QueryCommand({
      TableName: 'gatepost-event-log',
      IndexName: 'by-entity',
      KeyConditionExpression: 'e = e',
    }),
  );
const getSecret = () =>
  new SecretsManagerClient(client('secretsManager')).send(
    new GetSecretValueCommand({ SecretId: 'gatepost/altoviz' }),
  );

const s3 = () => new S3Client(client('s3'));
const getObject = () => s3().send(new GetObjectCommand({ Bucket: 'bodies', Key: 'data/x/contact/x:~é' }));
const putObject = () => s3().send(new PutObjectCommand({ Bucket: 'bodies', Key: 'bodies/x/1', Body: '{}' }));

const LOG_GROUP = 'arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/gatepost-fan-out';
const filterLogs = (input: FilterLogEventsCommandInput) =>
  new CloudWatchLogsClient(client('logs')).send(new FilterLogEventsCommand(input));
const filterLogsByArn = () => filterLogs({ logGroupIdentifier: `${LOG_GROUP}:*` });

const WHY = (action: string, resource: string) =>
  `User: ${PRINCIPAL.userArn} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;

test.each([
  ['SendMessage', sendMessage, 'sqs:SendMessage', QUEUE, 'AccessDenied', 403, WHY('sqs:sendmessage', QUEUE)],
  // Who may send may send ten at once.
  [
    'SendMessageBatch',
    sendBatch,
    'sqs:SendMessage',
    QUEUE,
    'AccessDenied',
    403,
    WHY('sqs:sendmessage', QUEUE),
  ],
  [
    'PutItem',
    putItem,
    'dynamodb:PutItem',
    TABLE,
    'AccessDeniedException',
    400,
    WHY('dynamodb:PutItem', TABLE),
  ],
  [
    'Query',
    query,
    'dynamodb:Query',
    `${TABLE}/index/by-entity`,
    'AccessDeniedException',
    400,
    WHY('dynamodb:Query', `${TABLE}/index/by-entity`),
  ],
  [
    'GetObject',
    getObject,
    's3:GetObject',
    'arn:aws:s3:::bodies/data/x/contact/x:~é',
    'AccessDenied',
    403,
    WHY('s3:GetObject', 'arn:aws:s3:::bodies/data/x/contact/x:~é').replace(/arn:aws:s3\S+/, '"$&"'),
  ],
  [
    'PutObject',
    putObject,
    's3:PutObject',
    'arn:aws:s3:::bodies/bodies/x/1',
    'AccessDenied',
    403,
    WHY('s3:PutObject', 'arn:aws:s3:::bodies/bodies/x/1').replace(/arn:aws:s3\S+/, '"$&"'),
  ],
  [
    'GetSecretValue',
    getSecret,
    'secretsmanager:GetSecretValue',
    'arn:of:gatepost/altoviz',
    'AccessDeniedException',
    400,
    WHY('secretsmanager:GetSecretValue', 'arn:of:gatepost/altoviz'),
  ],
  [
    'FilterLogEvents',
    () => filterLogs({ logGroupName: '/aws/lambda/gatepost-fan-out' }),
    'logs:FilterLogEvents',
    `${LOG_GROUP}:log-stream:`,
    'AccessDeniedException',
    400,
    WHY('logs:FilterLogEvents', `${LOG_GROUP}:log-stream:`),
  ],
  [
    'FilterLogEvents by ARN',
    filterLogsByArn,
    'logs:FilterLogEvents',
    `${LOG_GROUP}:log-stream:`,
    'AccessDeniedException',
    400,
    WHY('logs:FilterLogEvents', `${LOG_GROUP}:log-stream:`),
  ],
])('%s is refused as AWS refuses it', async (_, call, action, resource, name, status, message) => {
  await enforce(NOTHING);
  await expect(call()).rejects.toMatchObject({
    name,
    message,
    $fault: 'client',
    $metadata: { httpStatusCode: status, attempts: 1 },
  });
  expect(refused).toMatchObject([{ action, resource, principal: PRINCIPAL }]);
  expect(seen).toEqual([]);
});

test('of S3, only what is known to need a permission is passed on', async () => {
  const head = s3().send(new HeadObjectCommand({ Bucket: 'bodies', Key: 'x' }));
  await expect(head).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
  const list = s3().send(new ListObjectsV2Command({ Bucket: 'bodies' }));
  await expect(list).rejects.toMatchObject({ name: 'InvalidAction' });
  expect(seen).toEqual([]);
  await expect(putObject()).rejects.toMatchObject({ $metadata: { httpStatusCode: 418 } });
  expect(seen).toEqual([expect.objectContaining({ url: '/bodies/bodies/x/1?x-id=PutObject', body: '{}' })]);
});

test("a bucket's own policy may deny", async () => {
  const denial = { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::bodies/bodies/*' };
  const ofBuckets = new Map([['arn:aws:s3:::bodies', readPolicy({ Statement: [denial] }, 'Test')]]);
  await enforce({ ...EVERYTHING, ofBuckets });
  await expect(putObject()).rejects.toMatchObject({ name: 'AccessDenied' });
  await expect(getObject()).rejects.toMatchObject({ $metadata: { httpStatusCode: 418 } });
});

test('credentials that are no function’s are nobody’s', async () => {
  await expect(sendMessage('somebody')).rejects.toMatchObject({
    name: 'InvalidClientTokenId',
    message: 'The security token included in the request is invalid.',
  });
  expect(seen).toEqual([]);
});

const host = () => new URL(checks.get('sqs')?.url ?? '').host;
/** A request that is written out, since no SDK would send such a one. */
const raw = async (headers: readonly string[], body: string, path = '/') => {
  const { port } = new URL(checks.get('sqs')?.url ?? '');
  const { promise, resolve, reject } = Promise.withResolvers<{
    status: number | undefined;
    text: string | undefined;
    rawHeaders: readonly string[];
    body: string;
  }>();
  request({ host: LOOPBACK, port, path, method: 'POST', headers: [...headers] }, async (answer) => {
    const { statusCode: status, statusMessage: text, rawHeaders } = answer;
    resolve({ status, text, rawHeaders, body: (await buffer(answer)).toString() });
  })
    .on('error', reject)
    .end(body);
  return promise;
};

const SIGNED =
  'AWS4-HMAC-SHA256 Credential=gatepost-fan-out/20261122/us-east-1/sqs/aws4_request, Signature=0';

test('what is allowed passes byte for byte, and so does its answer', async () => {
  const body = `{ "QueueUrl" : "${QueueUrl}", "MessageBody":"é\\u0000" }`;
  const headers = [
    'Host',
    host(),
    'X-AMZ-Target',
    'AmazonSQS.SendMessage',
    'authorization',
    SIGNED,
    'x-Twice',
    '1',
    'x-Twice',
    '2',
    'Content-Length',
    String(Buffer.byteLength(body)),
    'Connection',
    'keep-alive',
  ];
  const answer = await raw(headers, body, '/any/path?and=query');
  expect(seen).toEqual([{ rawHeaders: headers, url: '/any/path?and=query', body }]);
  expect(answer).toMatchObject({ status: 418, text: 'As It Is', body: '{"__type":"Teapot"}' });
  expect(answer.rawHeaders.slice(0, 4)).toEqual([
    'X-Odd-Case',
    'yes',
    'content-type',
    'application/x-amz-json-1.0',
  ]);
});

test.each([
  [
    'is not signed',
    ['x-amz-target', 'AmazonSQS.SendMessage'],
    `{"QueueUrl":"${QueueUrl}"}`,
    'UnrecognizedClientException',
  ],
  [
    'is no JSON',
    ['x-amz-target', 'AmazonSQS.SendMessage', 'authorization', SIGNED],
    'hello',
    'UnknownOperationException',
  ],
  [
    'names no queue',
    ['x-amz-target', 'AmazonSQS.ListQueues', 'authorization', SIGNED],
    '{}',
    'UnknownOperationException',
  ],
])('what %s does not pass', async (_, headers, body, code) => {
  const answer = await raw(['host', host(), ...headers, 'content-length', String(body.length)], body);
  expect(answer.status).toBe(403);
  expect(answer.body).toContain(code);
  expect(seen).toEqual([]);
});

test('who gives up waiting gives up at the emulator too', async () => {
  const left = Promise.withResolvers<void>();
  const came = Promise.withResolvers<void>();
  const slow = createServer((incoming) => {
    incoming.resume();
    incoming.socket.on('close', () => left.resolve());
    came.resolve();
  });
  const check = await startCheck('sqs', slow, EVERYTHING, told);
  const giveUp = new AbortController();
  const sending = new SQSClient({ ...client('sqs'), endpoint: check.url }).send(
    new SendMessageCommand({ QueueUrl, MessageBody: 'hello' }),
    { abortSignal: giveUp.signal },
  );
  await came.promise;
  giveUp.abort();
  await expect(sending).rejects.toThrow();
  await left.promise;
  await check.stop();
});
