import { hash } from 'node:crypto';
import { SendMessageCommand, SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import { beforeEach, expect, test } from '@jest/globals';
import { SQS_CLIENT, tuned } from '../../../lambdas/runtime/aws-client.ts';

const KEYS = {
  AWS_ACCESS_KEY_ID: 'AKIDFIRST',
  AWS_SECRET_ACCESS_KEY: 'any',
  AWS_REGION: 'eu-west-1',
} as const;

beforeEach(() => {
  Object.assign(process.env, KEYS);
});

interface SentRequest {
  readonly hostname: string;
  readonly body: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

/** A client that talks to nobody, and the requests that it would have sent. */
const aClient = (config: SQSClientConfig = {}) => {
  const requests: SentRequest[] = [];
  const requestHandler = {
    handle: async (request: SentRequest) => {
      requests.push(request);
      const answer = { MessageId: '5fea7756', MD5OfMessageBody: hash('md5', 'hello') };
      const body = new TextEncoder().encode(JSON.stringify(answer));
      return { response: { statusCode: 200, headers: {}, body } };
    },
  };
  const client = tuned(new SQSClient({ ...SQS_CLIENT, ...config, requestHandler: requestHandler as never }));
  const send = () =>
    client.send(
      new SendMessageCommand({ QueueUrl: 'https://sqs.eu-west-1.amazonaws.com/1/q', MessageBody: 'hello' }),
    );
  return { requests, send };
};

test('a client sends what it is given, signed with the keys of the environment', async () => {
  const { requests, send } = aClient();

  expect(await send()).toMatchObject({ MessageId: '5fea7756' });

  expect(requests).toHaveLength(1);
  expect(requests[0]?.hostname).toBe('sqs.eu-west-1.amazonaws.com');
  expect(JSON.parse(new TextDecoder().decode(requests[0]?.body))).toMatchObject({ MessageBody: 'hello' });
  expect(requests[0]?.headers.authorization).toContain('Credential=AKIDFIRST/');
});

test('its keys are read once: Lambda never changes them while a function runs', async () => {
  const { requests, send } = aClient();
  await send();
  process.env.AWS_ACCESS_KEY_ID = 'AKIDSECOND';
  await send();

  expect(requests.map(({ headers }) => headers.authorization?.slice(0, 35))).toEqual(
    Array(2).fill('AWS4-HMAC-SHA256 Credential=AKIDFIR'),
  );
});

test('whatever logger somebody gives it, it says nothing of what it sends', async () => {
  const said: unknown[] = [];
  const say = (...words: readonly unknown[]) => {
    said.push(words);
  };
  const { send } = aClient({ logger: { trace: say, debug: say, info: say, warn: say, error: say } });
  await send();

  expect(JSON.stringify(said)).not.toContain('hello');
});

test('tuning leaves its configuration as it is', () => {
  const plain = new SQSClient({ ...SQS_CLIENT, region: 'eu-west-1' });
  const { config } = plain;
  const names = Object.keys(config);

  expect(tuned(plain)).toBe(plain);
  expect(plain.config).toBe(config);
  expect(Object.keys(plain.config)).toEqual(names);
});
