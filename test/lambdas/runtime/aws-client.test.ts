import { hash } from 'node:crypto';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { beforeEach, expect, jest, test } from '@jest/globals';
import { SQS_CLIENT } from '../../../lambdas/runtime/aws-client.ts';

const KEYS = {
  AWS_ACCESS_KEY_ID: 'AKIDFIRST',
  AWS_SECRET_ACCESS_KEY: 'any',
  AWS_REGION: 'eu-west-1',
} as const;

beforeEach(() => {
  Object.assign(process.env, KEYS);
});

interface SentRequest {
  readonly body: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

/** A client that talks to nobody, and the requests that it would have sent. */
const aClient = () => {
  const requests: SentRequest[] = [];
  const requestHandler = {
    handle: async (request: SentRequest) => {
      requests.push(request);
      const answer = { MessageId: '5fea7756', MD5OfMessageBody: hash('md5', 'hello') };
      const body = new TextEncoder().encode(JSON.stringify(answer));
      return { response: { statusCode: 200, headers: {}, body } };
    },
  };
  const client = new SQSClient({ ...SQS_CLIENT, requestHandler: requestHandler as never });
  const send = () =>
    client.send(
      new SendMessageCommand({ QueueUrl: 'https://sqs.eu-west-1.amazonaws.com/1/q', MessageBody: 'hello' }),
    );
  return { requests, send };
};

test('a client reads its keys from the environment once: Lambda never changes them while a function runs', async () => {
  const { requests, send } = aClient();
  await send();
  process.env.AWS_ACCESS_KEY_ID = 'AKIDSECOND';
  await send();

  expect(requests.map(({ headers }) => headers.authorization?.slice(0, 35))).toEqual(
    Array(2).fill('AWS4-HMAC-SHA256 Credential=AKIDFIR'),
  );
});

test('a client logs nothing of what it sends', async () => {
  const said: unknown[] = [];
  const say = (...words: readonly unknown[]) => {
    said.push(words);
  };
  for (const level of ['trace', 'debug', 'log', 'info', 'warn', 'error'] as const)
    jest.spyOn(console, level).mockImplementation(say);
  try {
    const { requests, send } = aClient();
    await send();
    expect(new TextDecoder().decode(requests[0]?.body)).toContain('hello');
  } finally {
    jest.restoreAllMocks();
  }

  expect(JSON.stringify(said)).not.toContain('hello');
});
