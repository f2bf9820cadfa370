// AWS as small as can be: answers what the functions ask of SQS, DynamoDB and Secrets Manager. In a process of its own, so
// that its time is nobody else's.
import { hash } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { listen } from '../../../local/support/listen.ts';
import type { StubCall, StubOrder, StubReport } from './stub.ts';

const tell = (report: StubReport): void => {
  process.send?.(report);
};

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

type Input = Readonly<Record<string, unknown>>;

const ok = (body: unknown): Answer => ({ status: 200, body });
const refused = (type: string): Answer => ({ status: 400, body: { __type: type, message: 'as told' } });

let delayMs = 0;
/** The keys of the event log; undefined where it remembers nothing, and so takes everything. */
let keys: Set<string> | undefined;
let records = false;
let calls: StubCall[] = [];

const now = (): number => performance.now();

const textIn = (attribute: unknown): string => String((attribute as { readonly S?: string } | undefined)?.S);

const answers: Readonly<Record<string, (input: Input) => Answer>> = {
  SendMessage: ({ MessageBody }) =>
    ok({ MessageId: 'm', MD5OfMessageBody: hash('md5', String(MessageBody)), SequenceNumber: '1' }),
  SendMessageBatch: ({ Entries }) =>
    ok({
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
    if (keys === undefined) return ok({});
    const key = textIn((Item as Input).key);
    if (keys.has(key)) return refused('com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException');
    keys.add(key);
    return ok({});
  },
  UpdateItem: () => ok({}),
  GetSecretValue: ({ VersionStage = 'AWSCURRENT' }) =>
    VersionStage === 'AWSCURRENT'
      ? ok({ SecretString: process.env.SECRET, CreatedDate: 1_700_000_000, VersionStages: ['AWSCURRENT'] })
      : refused('ResourceNotFoundException'),
};

const answerTo = async (request: IncomingMessage): Promise<Answer> => {
  const startedAt = now();
  const action = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
  const input = (await json(request)) as Input;
  if (delayMs > 0) await sleep(delayMs);
  const answer = answers[action]?.(input) ?? refused('UnknownOperationException');
  calls.push({ action, input: records ? input : {}, startedAt, answeredAt: now() });
  return answer;
};

const server = createServer(async (request, response) => {
  try {
    const { status, body } = await answerTo(request);
    const text = JSON.stringify(body);
    response
      .writeHead(status, {
        'content-type': 'application/x-amz-json-1.0',
        'content-length': Buffer.byteLength(text),
      })
      .end(text);
  } catch {
    // Whoever asked has gone.
    response.destroy();
  }
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
