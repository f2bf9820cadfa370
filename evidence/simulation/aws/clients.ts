import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  type GetItemCommandInput,
  type PutItemCommandInput,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import {
  type GetSecretValueCommandInput,
  type GetSecretValueCommandOutput,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type {
  BatchResultErrorEntry,
  SendMessageBatchCommandInput,
  SendMessageBatchCommandOutput,
  SendMessageBatchResultEntry,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { AWS_CLIENT } from '../../../lambdas/runtime/aws-client.ts';
import { CallError, type Calls, type CarryOut } from '../calls.ts';
import type { Invocation } from '../lambda.ts';
import type { Edge, Fate } from '../schedule.ts';
import type { SentMessage } from './fifo-queue.ts';
import type { SimulatedSecret } from './secret.ts';
import type { Item, Table } from './table.ts';

/** The SDK's clients as far as they are used. The commands that they are sent are the SDK's own. */
export type Client<Sdk extends { send: unknown }> = Pick<Sdk, 'send'>;

interface Command {
  readonly input: object;
  readonly constructor: { readonly name: string };
}

type Sender = (
  command: Command,
  options?: { readonly abortSignal?: AbortSignal | undefined },
) => Promise<unknown>;

/** Where messages are sent, by their queue's URL. */
export interface Queues {
  send(queueUrl: string, message: SentMessage, caller: Invocation): { readonly id: string };
  /** Who never takes a message: it alone, or the whole call that has it; undefined if it is taken. */
  refusal(queueUrl: string, message: SentMessage): 'entry' | 'call' | undefined;
}

export const sqsClient = (calls: Calls, queues: Queues, intakeUrl: string): Client<SQSClient> =>
  client({
    SendMessageBatchCommand: (input: SendMessageBatchCommandInput, signal) =>
      retried(
        calls,
        input.QueueUrl === intakeUrl ? 'store' : 'SendMessageBatch',
        (fate, caller) => sendBatch(input, fate, queues, caller),
        signal,
      ),
  });

/** @param isNote whether an item notes the progress of fan-out. @param isRefused whether it is never taken. */
export const dynamoClient = (
  calls: Calls,
  table: Table,
  { isNote, isRefused }: { isNote(item: Item): boolean; isRefused(item: Item): boolean },
): Client<DynamoDBClient> =>
  client({
    GetItemCommand: (input: GetItemCommandInput, signal) =>
      retried(calls, 'GetItem', () => itemOrNothing(table.get(input)), signal),
    PutItemCommand: (input: PutItemCommandInput, signal) =>
      retried(
        calls,
        isNote(input.Item ?? {}) ? 'note' : 'PutItem',
        () => {
          if (isRefused(input.Item ?? {})) throw new Refused('ValidationException');
          const { isWritten, held } = table.put(input);
          return unlessRefused(isWritten, held);
        },
        signal,
      ),
    UpdateItemCommand: (input: UpdateItemCommandInput, signal) =>
      retried(calls, 'UpdateItem', () => unlessRefused(table.update(input)), signal),
  });

/** @param note told which version is read. */
export const secretsClient = (
  calls: Calls,
  secret: SimulatedSecret,
  note: (stage: string) => void,
): Client<SecretsManagerClient> =>
  client({
    GetSecretValueCommand: (input: GetSecretValueCommandInput, signal) =>
      retried(
        calls,
        'GetSecretValue',
        () => {
          note(String(input.VersionStage));
          return versionOf(secret, input);
        },
        signal,
      ),
  });

const client = <Sdk extends { send: unknown }>(
  senders: Readonly<Record<string, (input: never, signal: AbortSignal | undefined) => Promise<unknown>>>,
): Client<Sdk> => {
  const send: Sender = (command, { abortSignal } = {}) => {
    const sender = senders[command.constructor.name];
    if (sender === undefined) throw new Error(`no client handles a ${command.constructor.name}`);
    return sender(command.input as never, abortSignal);
  };
  return { send } as unknown as Client<Sdk>;
};

/** What AWS never takes. */
class Refused extends Error {
  override readonly name: string;
  constructor(name: string) {
    super('this is never taken');
    this.name = name;
  }
}

/** How long the SDK waits before it tries again; after being throttled, longer. In ms. */
const PAUSE = 60;
const PAUSE_AFTER_THROTTLING = 600;

/** Tries as the SDK does, with the limits that the functions set it. */
const retried = async <Result>(
  calls: Calls,
  edge: Edge,
  carryOut: CarryOut<Result>,
  signal: AbortSignal | undefined,
): Promise<Result> => {
  for (let attempt = 1; ; attempt++) {
    try {
      const { requestTimeout } = AWS_CLIENT.requestHandler;
      return await unlessAborted(signal, () => calls.try(edge, requestTimeout, carryOut));
    } catch (error) {
      const isOver = attempt === AWS_CLIENT.maxAttempts;
      if (isOver || !(error instanceof CallError) || error.fate === 'deny') throw error;
      const pause = error.fate === 'throttle' ? PAUSE_AFTER_THROTTLING : PAUSE;
      await unlessAborted(signal, () => new Promise<void>((resolve) => setTimeout(resolve, pause)));
    }
  }
};

/** A call that is aborted is on its way all the same: it may take effect, and nobody learns of it. */
const unlessAborted = <Result>(
  signal: AbortSignal | undefined,
  work: () => Promise<Result>,
): Promise<Result> => {
  if (signal === undefined) return work();
  if (signal.aborted) return Promise.reject(new Aborted());
  return new Promise((resolve, reject) => {
    const abort = () => reject(new Aborted());
    signal.addEventListener('abort', abort);
    work()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', abort));
  });
};

class Aborted extends Error {
  override readonly name = 'AbortError';
  constructor() {
    super('Request aborted');
  }
}

/** @throws where SQS refuses it: it is no message for a FIFO queue that doesn't deduplicate by content. */
const toMessage = (entry: {
  readonly MessageBody: string | undefined;
  readonly MessageGroupId?: string | undefined;
  readonly MessageDeduplicationId?: string | undefined;
}): SentMessage => {
  const { MessageBody, MessageGroupId, MessageDeduplicationId } = entry;
  if (MessageBody === undefined || MessageGroupId === undefined || MessageDeduplicationId === undefined) {
    throw new Refused('MissingParameter');
  }
  return { body: MessageBody, group: MessageGroupId, deduplicationId: MessageDeduplicationId };
};

/** What SQS takes in one call, in bytes. */
const MAX_CALL_BYTES = 1024 * 1024;

const sendBatch = (
  { QueueUrl, Entries = [] }: SendMessageBatchCommandInput,
  fate: Fate | undefined,
  queues: Queues,
  caller: Invocation,
): Pick<SendMessageBatchCommandOutput, 'Successful' | 'Failed'> => {
  const url = String(QueueUrl);
  const failing = fate?.fate === 'part' ? fate.refused : 0;
  const messages = Entries.map((entry) => ({ Id: String(entry.Id), message: toMessage(entry) }));
  const bytes = messages.reduce((sum, { message }) => sum + Buffer.byteLength(message.body), 0);
  if (bytes > MAX_CALL_BYTES) throw new Refused('BatchRequestTooLong');
  const refusals = messages.map(({ message }) => queues.refusal(url, message));
  if (refusals.includes('call')) throw new Refused('InvalidMessageContents');

  const Successful: SendMessageBatchResultEntry[] = [];
  const Failed: BatchResultErrorEntry[] = [];
  messages.forEach(({ Id, message }, index) => {
    if ((failing & (1 << index)) !== 0)
      Failed.push({ Id, ...PASSING[index % PASSING.length] } as BatchResultErrorEntry);
    else if (refusals[index] === 'entry')
      Failed.push({ Id, Code: 'InvalidMessageContents', SenderFault: true });
    else Successful.push({ Id, MessageId: queues.send(url, message, caller).id, MD5OfMessageBody: '' });
  });
  return { Successful, Failed };
};

/** Why SQS doesn't take an entry that it will take later. It calls throttling the sender's fault too. */
const PASSING = [
  { Code: 'InternalError', SenderFault: false },
  { Code: 'RequestThrottled', SenderFault: true },
] as const;

const unlessRefused = (isWritten: boolean, held?: Item): object => {
  if (isWritten) return {};
  throw new ConditionalCheckFailedException({
    message: 'The conditional request failed',
    $metadata: {},
    ...(held !== undefined && { Item: held }),
  });
};

const itemOrNothing = (item: Item | undefined): object => (item === undefined ? {} : { Item: item });

const versionOf = (
  { current, previous, rotatedAt }: SimulatedSecret,
  { VersionStage }: GetSecretValueCommandInput,
): Partial<GetSecretValueCommandOutput> => {
  if (VersionStage === 'AWSCURRENT') return { SecretString: current, CreatedDate: rotatedAt };
  if (previous === undefined)
    throw new ResourceNotFoundException({ message: 'no such version', $metadata: {} });
  return { SecretString: previous };
};
