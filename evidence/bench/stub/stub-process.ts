// AWS as small as can be: answers what the functions ask of SQS, DynamoDB, S3 and Secrets Manager. In a process of its own, so
// that its time is nobody else's.
import { hash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { createJsonServer, type JsonCall, ServiceError } from '../../../local/aws/json-protocol.ts';
import { listen } from '../../../local/support/listen.ts';
import type { StubCall, StubOrder, StubReport } from './stub.ts';

const tell = (report: StubReport): void => {
  process.send?.(report);
};

type Input = JsonCall['input'];

const refused = (code: string): ServiceError => new ServiceError(code, 'as told');

let delayMs = 0;
/** The keys of the event log; undefined where it remembers nothing, and so takes everything. */
let keys: Set<string> | undefined;
let records = false;
let calls: StubCall[] = [];

const now = (): number => performance.now();

const textIn = (attribute: unknown): string => String((attribute as { readonly S?: string } | undefined)?.S);

const answers: Readonly<Record<string, (input: Input) => unknown>> = {
  SendMessage: ({ MessageBody }) => ({
    MessageId: 'm',
    MD5OfMessageBody: hash('md5', String(MessageBody)),
    SequenceNumber: '1',
  }),
  SendMessageBatch: ({ Entries }) => ({
    Successful: (Entries as readonly { readonly Id: string; readonly MessageBody: string }[]).map(
      ({ Id, MessageBody }) => ({
        Id,
        MessageId: 'm',
        MD5OfMessageBody: hash('md5', MessageBody),
        SequenceNumber: '1',
      }),
    ),
    Failed: [],
  }),
  PutItem: ({ Item }) => {
    if (keys === undefined) return {};
    const key = textIn((Item as Input).key);
    if (keys.has(key)) throw refused('com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException');
    keys.add(key);
    return {};
  },
  UpdateItem: () => ({}),
  GetSecretValue: ({ VersionStage = 'AWSCURRENT' }) => {
    if (VersionStage !== 'AWSCURRENT') throw refused('ResourceNotFoundException');
    return {
      SecretString: process.env.SECRET,
      CreatedDate: 1_700_000_000,
      VersionStages: ['AWSCURRENT'],
    };
  },
};

const answerTo = async ({ operation, input }: JsonCall): Promise<unknown> => {
  const startedAt = now();
  if (delayMs > 0) await sleep(delayMs);
  try {
    const answer = answers[operation];
    if (answer === undefined) throw refused('UnknownOperationException');
    return answer(input);
  } finally {
    calls.push({ action: operation, input: records ? input : {}, startedAt, answeredAt: now() });
  }
};

/** S3 speaks no JSON: what is put is thrown away. */
const takeObject = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const startedAt = now();
  for await (const _ of request);
  if (delayMs > 0) await sleep(delayMs);
  calls.push({ action: 'PutObject', input: {}, startedAt, answeredAt: now() });
  response.writeHead(200, { etag: '"e"', 'x-amz-request-id': 'r' }).end();
};

const json = createJsonServer({ version: '1.0', internalError: 'InternalFailure' }, answerTo);
const server = createServer((request, response) => {
  if (request.method === 'PUT') void takeObject(request, response);
  else json.emit('request', request, response);
});
server.keepAliveTimeout = 60_000;

process.on('message', ({ delay, remember, forget, record }: StubOrder) => {
  records = record ?? records;
  delayMs = delay ?? delayMs;
  if (remember !== undefined) {
    keys = new Set(Array.from({ length: remember }, (_, index) => `earlier:${index}`));
  }
  if (forget) keys = undefined;
  tell({ type: 'calls', calls });
  calls = [];
});
process.on('disconnect', () => process.exit(0));
tell({ type: 'ready', port: await listen(server, 0) });
