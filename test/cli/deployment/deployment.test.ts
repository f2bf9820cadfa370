import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { findStack, type StackReader } from '../../../cli/deployment/aws-deployment.ts';
import { sourceNamed } from '../../../cli/deployment/find-deployment.ts';
import { findLocalStack } from '../../../cli/deployment/local-deployment.ts';
import { placeStack } from '../../../local/assembly/stack.ts';
import type { Template } from '../../../local/assembly/template.ts';
import { writeStateFile } from '../../../local/state-file.ts';
import { listen, stopListening } from '../../../local/support/listen.ts';
import { synthesize } from '../../lib/synthesize.ts';
import { type Asked, type Reply, startProviderApi } from '../support/provider-api.ts';

const PLACE = { local: false, stack: 'Gatepost' };
const ENDPOINTS = {
  sqs: 'http://127.0.0.1:2',
  dynamodb: 'http://127.0.0.1:3',
  s3: 'http://127.0.0.1:6',
  secretsManager: 'http://127.0.0.1:4',
  logs: 'http://127.0.0.1:5',
  lambda: 'http://127.0.0.1:6',
};

// The stack that is synthesized, as the local stack would stand for it: what its outputs lack, the command lacks on AWS too.
const stack = placeStack(
  {
    stackName: 'Gatepost',
    template: synthesize({
      prefix: 'acme-hooks',
      sources: {
        ivvy: { provider: 'ivvy', accountIds: ['14'] },
        'altoviz-lyon-2': { provider: 'altoviz', rotationGrace: 60 },
        avaza: { provider: 'avaza' },
      },
    }).toJSON() as Template,
    assetDirectory: () => '',
  },
  {
    region: 'us-east-1',
    accountId: '000000000000',
    queueUrl: (name) => `https://sqs/${name}`,
    apiEndpoint: 'https://api.example.com',
  },
);

let stateDir: string;
const environment = { ...process.env };
beforeAll(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'gatepost-cli-'));
  // The profiles of this machine's user play no part.
  environment.AWS_CONFIG_FILE = join(stateDir, 'config');
  environment.AWS_SHARED_CREDENTIALS_FILE = join(stateDir, 'credentials');
  await writeFile(environment.AWS_CONFIG_FILE, '[profile ops]\n');
  process.env = { ...environment };
});
afterAll(() => rm(stateDir, { recursive: true }));

const reader = (outputs: Readonly<Record<string, string>> = stack.outputs): StackReader => ({
  outputs: async () => outputs,
  metadata: async () => stack.metadata,
  functionConfiguration: async (name) => {
    const [found] = stack.resources('AWS::Lambda::Function').filter(({ ref }) => ref === name);
    if (found === undefined) throw new Error(`There is no function ${name}`);
    const { Environment } = found.properties as unknown as FunctionProperties;
    return { environment: Environment.Variables, logGroup: `/aws/lambda/${name}` };
  },
});

interface FunctionProperties {
  readonly Environment: { readonly Variables: Readonly<Record<string, string>> };
}

const EXPECTED = {
  prefix: 'acme-hooks',
  eventLogTable: 'acme-hooks-event-log',
  intakeQueueUrl: 'https://sqs/acme-hooks-intake.fifo',
  intakeDeadLetterQueueUrl: 'https://sqs/acme-hooks-intake-dlq.fifo',
  sources: expect.arrayContaining([
    expect.objectContaining({
      name: 'altoviz-lyon-2',
      provider: 'altoviz',
      url: 'https://api.example.com/hooks/altoviz-lyon-2',
      functionName: 'acme-hooks-ingest-altoviz-lyon-2',
      settings: expect.objectContaining({ rotationGrace: 60 }),
      secretArn: expect.stringMatching(/:secret:acme-hooks\/altoviz-lyon-2-\w{6}$/),
    }),
    expect.objectContaining({ name: 'avaza', url: 'https://api.example.com/hooks/avaza/{event}' }),
    expect.objectContaining({ name: 'ivvy', secretArn: undefined }),
  ]),
  queues: expect.objectContaining({
    'booking-note': 'https://sqs/acme-hooks-booking-note.fifo',
    unrecognized: 'https://sqs/acme-hooks-unrecognized.fifo',
  }),
  logGroups: expect.objectContaining({
    'acme-hooks-ingest-avaza': '/aws/lambda/acme-hooks-ingest-avaza',
    'acme-hooks-fan-out': '/aws/lambda/acme-hooks-fan-out',
  }),
};

describe('a stack on AWS', () => {
  test('is known by its outputs and the configuration of its functions', async () => {
    const deployment = await findStack({ ...PLACE, region: 'eu-west-1', profile: 'ops' }, reader());
    expect(deployment).toMatchObject({ kind: 'stack', name: 'the stack Gatepost', ...EXPECTED });
    expect(deployment.clients.sqs).toMatchObject({ region: 'eu-west-1', profile: 'ops' });
    expect(Object.keys(deployment.queues)).not.toContain('intake');
    expect(sourceNamed(deployment, 'avaza').provider).toBe('avaza');
    expect(() => sourceNamed(deployment, 'Avaza')).toThrow(/no source "Avaza".*ivvy/);
  });

  test.each([
    [{}, undefined],
    [{ AWS_DEFAULT_REGION: 'eu-west-3' }, 'eu-west-3'],
    [{ AWS_DEFAULT_REGION: 'eu-west-3', AWS_REGION: '' }, 'eu-west-3'],
    [{ AWS_DEFAULT_REGION: 'eu-west-3', AWS_REGION: 'eu-west-1' }, 'eu-west-1'],
  ])('with %j is in the region %s, as for the AWS CLI', async (variables, region) => {
    const { AWS_REGION: _, AWS_DEFAULT_REGION: __, ...rest } = process.env;
    const before = process.env;
    process.env = { ...rest, ...variables };
    try {
      const { clients } = await findStack(PLACE, reader());
      expect(Object.values(clients).map((client) => client.region)).toEqual(Array(7).fill(region));
    } finally {
      process.env = before;
    }
  });

  test('is asked at AWS_ENDPOINT_URL, whatever the URL of the queue, and nothing is printed', async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.headers.host ?? '');
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{"Attributes":{}}');
    });
    const endpoint = `http://127.0.0.1:${await listen(server, 0)}`;
    const before = process.env;
    process.env = {
      ...before,
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: 'a',
      AWS_SECRET_ACCESS_KEY: 'b',
      // The keys come first, as for the AWS CLI.
      AWS_PROFILE: 'ops',
    };
    const { clients } = await findStack({ ...PLACE, region: 'eu-west-1' }, reader());
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    try {
      const QueueUrl = 'https://sqs.eu-west-1.amazonaws.com/111122223333/company.fifo';
      await new SQSClient(clients.sqs).send(new GetQueueAttributesCommand({ QueueUrl }));
      expect(asked).toEqual([endpoint.slice('http://'.length)]);
      expect(warn).not.toHaveBeenCalled();
    } finally {
      process.env = before;
      warn.mockRestore();
      await stopListening(server);
    }
  });

  test.each(['Prefix', 'IntakeQueueUrl', 'EventLogTable', 'AvazaIngestFunction', 'FanOutFunction'])(
    'without the output %s it is none, or an old one',
    async (gone) => {
      const { [gone]: _, ...outputs } = stack.outputs;
      const found = findStack(PLACE, reader(outputs));
      // What only more can be learned from may be missing.
      if (gone === 'FanOutFunction') expect((await found).logGroups).not.toHaveProperty('acme-hooks-fan-out');
      else
        await expect(found).rejects.toMatchObject({
          exitCode: 3,
          next: expect.stringContaining('cdk deploy'),
        });
    },
  );

  test.each([
    ['ValidationError', 'Stack with id Nope does not exist', 3, /no stack "Gatepost"/],
    ['CredentialsProviderError', 'Could not load credentials', 3, /no valid AWS credentials/],
    ['ExpiredTokenException', 'The security token has expired', 3, /no valid AWS credentials/],
    ['Error', 'Region is missing', 3, /No AWS region/],
    ['AccessDenied', 'User may not cloudformation:DescribeStacks', 1, /AccessDenied: User may not/],
  ])('%s is said in words', async (name, message, exitCode, words) => {
    const failing: StackReader = {
      ...reader(),
      outputs: async () => {
        throw Object.assign(new Error(message), { name });
      },
    };
    await expect(findStack(PLACE, failing)).rejects.toMatchObject({
      exitCode,
      message: expect.stringMatching(words),
    });
  });
});

describe('asked by the SDK', () => {
  const AWS = { AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' };
  const before = { ...process.env };
  afterEach(() => {
    process.env = { ...before };
  });

  /** CloudFormation and Lambda, as far as they are asked. */
  const reply = async ({ text, path }: Asked): Promise<Reply> => {
    const xml = { 'content-type': 'text/xml' };
    if (text.includes('StackName=Nope')) {
      const error = '<Code>ValidationError</Code><Message>Stack with id Nope does not exist</Message>';
      return { status: 400, raw: `<ErrorResponse><Error>${error}</Error></ErrorResponse>`, headers: xml };
    }
    const [, name] = /\/functions\/([^/]+)\/configuration$/.exec(path) ?? [];
    if (name !== undefined) {
      const { environment, logGroup } = await reader().functionConfiguration(name);
      const body = { Environment: { Variables: environment }, LoggingConfig: { LogGroup: logGroup } };
      return { status: 200, body };
    }
    const outputs = Object.entries(stack.outputs).map(
      ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
    );
    const stacks = `<Stacks><member><Outputs>${outputs.join('')}</Outputs></member></Stacks>`;
    const result = `<DescribeStacksResult>${stacks}</DescribeStacksResult>`;
    return { status: 200, raw: `<DescribeStacksResponse>${result}</DescribeStacksResponse>`, headers: xml };
  };

  test('it is the same', async () => {
    const aws = await startProviderApi(reply);
    process.env = { ...before, ...AWS, AWS_ENDPOINT_URL: aws.url };
    try {
      expect(await findStack({ ...PLACE, region: 'eu-west-1' })).toMatchObject(EXPECTED);
      await expect(findStack({ ...PLACE, region: 'eu-west-1', stack: 'Nope' })).rejects.toMatchObject({
        exitCode: 3,
        message: 'There is no stack "Nope" in this account and region.',
      });
    } finally {
      await aws.stop();
    }
  });
});

describe('the local stack', () => {
  test('is known by what it writes down, while it runs', async () => {
    await expect(findLocalStack(stateDir)).rejects.toMatchObject({
      exitCode: 3,
      next: expect.stringContaining('npm start'),
    });
    const file = await writeStateFile(stateDir, stack, ENDPOINTS);
    const deployment = await findLocalStack(stateDir);
    expect(deployment).toMatchObject({ kind: 'local', name: 'the local stack', ...EXPECTED });
    expect(deployment.clients.logs).toMatchObject({ region: 'us-east-1', endpoint: ENDPOINTS.logs });
    await file.remove();
    await expect(findLocalStack(stateDir)).rejects.toMatchObject({ exitCode: 3 });
  });

  test('one that was killed has left its file and is none', async () => {
    await writeFile(join(stateDir, 'local-stack.json'), JSON.stringify({ ...LOCAL_STACK, pid: 2 ** 22 + 1 }));
    await expect(findLocalStack(stateDir)).rejects.toThrow('No local stack runs on this machine.');
  });

  test('a file of another version is named', async () => {
    await writeFile(join(stateDir, 'local-stack.json'), '{"pid": 1}');
    await expect(findLocalStack(stateDir)).rejects.toMatchObject({
      message: expect.stringContaining('local-stack.json'),
    });
  });

  test('takes away its own file only', async () => {
    const first = await writeStateFile(stateDir, stack, ENDPOINTS);
    const second = await writeStateFile(stateDir, stack, { ...ENDPOINTS, sqs: 'http://127.0.0.1:9' });
    await first.remove();
    expect((await findLocalStack(stateDir)).clients.sqs).toMatchObject({ endpoint: 'http://127.0.0.1:9' });
    await second.remove();
    await expect(findLocalStack(stateDir)).rejects.toMatchObject({ exitCode: 3 });
  });
});

const LOCAL_STACK = {
  region: 'us-east-1',
  endpoints: ENDPOINTS,
  stackName: 'Gatepost',
  outputs: {},
  metadata: {},
  functions: {},
};
