import { readFile, rm } from 'node:fs/promises';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { TemplateResource } from '../../local/assembly/template.ts';
import { LOCAL_CLIENT } from '../../local/aws/endpoints.ts';
import { type LocalStack, type LocalStackOptions, startLocalStack } from '../../local/local-stack.ts';
import { codeOf, temporaryDirectory, writeAssembly } from './support/fixture-assembly.ts';

const mayUse = (action: string, ...logicalIds: readonly string[]) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    Policies: [
      {
        PolicyName: 'Only',
        PolicyDocument: {
          Statement: {
            Effect: 'Allow',
            Action: action,
            Resource: logicalIds.map((id) => ({ 'Fn::GetAtt': [id, 'Arn'] })),
          },
        },
      },
    ],
  },
});

// A stack that is not Gatepost's: what the local stack knows of routes, queues and functions, it knows from the template.
const RESOURCES = {
  Letters: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'acme-letters.fifo', FifoQueue: true } },
  Inbox: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'acme-inbox.fifo', FifoQueue: true } },
  Front: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      FunctionName: 'acme-front',
      Role: { 'Fn::GetAtt': ['FrontRole', 'Arn'] },
      Code: codeOf('front'),
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      Environment: { Variables: { INBOX: { Ref: 'Inbox' }, SECRET: { Ref: 'Secret' } } },
    },
  },
  Sorter: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      FunctionName: 'acme-sorter',
      Role: { 'Fn::GetAtt': ['SorterRole', 'Arn'] },
      Code: codeOf('sorter'),
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      Environment: { Variables: { LETTERS: { Ref: 'Letters' } } },
    },
  },
  FrontRole: mayUse('sqs:SendMessage', 'Inbox'),
  SorterRole: mayUse('sqs:*', 'Inbox', 'Letters'),
  InboxToSorter: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: {
      EventSourceArn: { 'Fn::GetAtt': ['Inbox', 'Arn'] },
      FunctionName: { Ref: 'Sorter' },
      BatchSize: 10,
    },
  },
  Secret: { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 'acme/front-door' } },
  Log: {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      TableName: 'acme-log',
      KeySchema: [{ AttributeName: 'key', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'key', AttributeType: 'S' }],
    },
  },
  Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'acme', ProtocolType: 'HTTP' } },
  Integration: {
    Type: 'AWS::ApiGatewayV2::Integration',
    Properties: {
      ApiId: { Ref: 'Api' },
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: { 'Fn::GetAtt': ['Front', 'Arn'] },
      PayloadFormatVersion: '2.0',
    },
  },
  Route: {
    Type: 'AWS::ApiGatewayV2::Route',
    Properties: {
      ApiId: { Ref: 'Api' },
      RouteKey: 'PUT /letters/{to}',
      Target: { 'Fn::Join': ['', ['integrations/', { Ref: 'Integration' }]] },
    },
  },
} as const satisfies Record<string, TemplateResource>;

// Functions without an SDK: SQS's protocol is short enough.
const SEND = `import { request } from 'node:http';
  export const send = (url, body, group) => new Promise((resolve, reject) => {
    request(process.env.AWS_ENDPOINT_URL_SQS, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'AmazonSQS.SendMessage',
        authorization: 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/20261122/us-east-1/sqs/aws4_request',
      },
    }, (response) => { response.resume().on('end', resolve); }).on('error', reject).end(JSON.stringify({
      QueueUrl: url, MessageBody: body, MessageGroupId: group, MessageDeduplicationId: body,
    }));
  });`;
const FRONT = `${SEND}
  export const handler = async ({ body, pathParameters }) => {
    console.log('front door');
    await send(process.env.INBOX, body, pathParameters.to);
    return { statusCode: 202 };
  };`;
const SORTER = `${SEND}
  export const handler = async ({ Records }) => {
    for (const { body, attributes } of Records) await send(process.env.LETTERS, 'sorted ' + body, attributes.MessageGroupId);
  };`;

let directory: string;
let localStack: LocalStack | undefined;
const said: string[] = [];
beforeEach(async () => {
  said.length = 0;
  directory = await temporaryDirectory();
});
afterEach(async () => {
  await localStack?.stop();
  localStack = undefined;
  await rm(directory, { recursive: true });
});

const start = async (
  resources: Readonly<Record<string, TemplateResource>> = RESOURCES,
  options: Partial<LocalStackOptions> = {},
  code = { front: FRONT, sorter: SORTER },
): Promise<LocalStack> => {
  localStack = await startLocalStack({
    assembly: await writeAssembly(directory, resources, code),
    stateDir: `${directory}/state`,
    listener: {
      line: (name, text) => said.push(`${name}: ${text}`),
      warning: (sentence) => said.push(sentence),
    },
    ...options,
  });
  return localStack;
};

const put = (localStack: LocalStack, body: string) =>
  fetch(`${localStack.gateway}/letters/berta`, {
    method: 'PUT',
    body,
    headers: { 'content-type': 'text/plain' },
  });

test('the stack of the template runs: from its route through its functions and queues', async () => {
  const { gateway, sqs, queues, routes, newSecrets } = await start();
  expect({ routes, queues, newSecrets }).toEqual({
    routes: ['PUT /letters/{to}'],
    queues: { letters: `${sqs}/000000000000/acme-letters.fifo` },
    newSecrets: ['front-door'],
  });
  expect((await put({ gateway } as LocalStack, 'hello')).status).toBe(202);
  const client = new SQSClient({ ...LOCAL_CLIENT, endpoint: sqs });
  const { Messages } = await client.send(
    new ReceiveMessageCommand({ QueueUrl: queues.letters, WaitTimeSeconds: 5 }),
  );
  client.destroy();
  expect(Messages?.map(({ Body }) => Body)).toEqual(['sorted hello']);
  expect(said).toEqual(['acme-front: front door']);
});

test('everything listens on this machine only', async () => {
  const { gateway, sqs, dynamodb, secretsManager } = await start();
  for (const url of [gateway, sqs, dynamodb, secretsManager])
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
});

test('whatever is put between sees what the functions ask of AWS', async () => {
  let checked: string | undefined;
  const running = await start(RESOURCES, {
    between: async (real) => {
      checked = real.sqs;
      return { ...real, sqs: 'http://127.0.0.1:1' };
    },
  });
  // Behind it stand the checks of what they may do, not yet the emulators, which are open to everyone.
  expect(checked).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(checked).not.toBe(running.sqs);
  // Nobody is there, so the function fails.
  expect((await put(running, 'hello')).status).toBe(503);
});

test('a function that does not start is named, and all others run', async () => {
  const running = await start(RESOURCES, {}, { front: FRONT, sorter: 'throw new Error("no table");' });
  expect(said).toContain('acme-sorter does not start: acme-sorter crashed: no table');
  expect((await put(running, 'hello')).status).toBe(202);
});

test('a resource that nobody knows is named', async () => {
  await start({ ...RESOURCES, Machine: { Type: 'AWS::StepFunctions::StateMachine' } });
  expect(said).toEqual([
    'The template has a AWS::StepFunctions::StateMachine, which the local stack does not run',
  ]);
});

test('an interrupted function is there again for the next request', async () => {
  const running = await start();
  await running.interrupt('acme-front');
  expect((await put(running, 'hello')).status).toBe(202);
  await expect(running.interrupt('nobody')).rejects.toThrow('There is no function nobody');
});

test.each([
  [
    'a function that is no Node.js',
    { Front: { ...RESOURCES.Front, Properties: { ...RESOURCES.Front.Properties, Runtime: 'python3.13' } } },
    /^Front: .*not python3\.13$/,
  ],
  [
    'a route with an authorizer',
    {
      Route: { ...RESOURCES.Route, Properties: { ...RESOURCES.Route.Properties, AuthorizationType: 'JWT' } },
    },
    /^Route: .*authorizers$/,
  ],
  [
    'an older payload format',
    {
      Integration: {
        ...RESOURCES.Integration,
        Properties: { ...RESOURCES.Integration.Properties, PayloadFormatVersion: '1.0' },
      },
    },
    /^Integration: .*format 2\.0 only$/,
  ],
  [
    'a filter of messages',
    {
      InboxToSorter: {
        ...RESOURCES.InboxToSorter,
        Properties: { ...RESOURCES.InboxToSorter.Properties, FilterCriteria: {} },
      },
    },
    /^InboxToSorter: .*does not filter/,
  ],
])('%s is refused in a sentence, and nothing is left running', async (_, resources, message) => {
  await expect(start({ ...RESOURCES, ...resources })).rejects.toThrow(message);
});

test('a local stack that was stopped leaves its ports free', async () => {
  const { gateway, sqs, dynamodb, stop } = await start();
  localStack = undefined;
  await stop();
  const ports = [gateway, sqs, dynamodb].map((url) => Number(new URL(url).port));
  const [port, sqsPort, dynamodbPort] = ports;
  const again = await start(RESOURCES, { port, sqsPort, dynamodbPort });
  expect([again.gateway, again.sqs, again.dynamodb]).toEqual([gateway, sqs, dynamodb]);
  await expect(
    startLocalStack({ assembly: directory, stateDir: `${directory}/state`, sqsPort }),
  ).rejects.toThrow(`Port ${sqsPort} is in use`);
});

test('while it runs, local-stack.json says where everything is', async () => {
  const { sqs, dynamodb, secretsManager, logs } = await start();
  const path = `${directory}/state/local-stack.json`;
  expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({
    pid: process.pid,
    endpoints: { sqs, dynamodb, secretsManager, logs },
    functions: { 'acme-front': { environment: { INBOX: expect.stringContaining(sqs) } } },
  });
  await localStack?.stop();
  localStack = undefined;
  await expect(readFile(path)).rejects.toMatchObject({ code: 'ENOENT' });
});
