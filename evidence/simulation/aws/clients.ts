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
  SendMessageCommandInput,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { Calls } from '../calls.ts';
import type { Invocation } from '../lambda.ts';
import { MAX_ITEM_BYTES, MAX_MESSAGE_BYTES } from '../limits.ts';
import type { Edge, Fate } from '../schedule.ts';
import type { SentMessage } from './fifo-queue.ts';
import { retried } from './retried.ts';
import type { SimulatedSecret } from './secret.ts';
import type { Item, Table, Written } from './table.ts';

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

/** @param edgeOf the edge of a call to a queue. */
export const sqsClient = (
  calls: Calls,
  queues: Queues,
  edgeOf: (queueUrl: string) => Edge,
): Client<SQSClient> =>
  client({
    SendMessageBatchCommand: (input: SendMessageBatchCommandInput, signal) =>
      retried(
        calls,
        edgeOf(String(input.QueueUrl)),
        (fate, caller) => sendBatch(input, fate, queues, caller),
        signal,
      ),
    // Only what is refused is sent alone.
    SendMessageCommand: (input: SendMessageCommandInput, signal) =>
      retried(
        calls,
        'reject',
        (_, caller) => ({ MessageId: queues.send(String(input.QueueUrl), toMessage(input), caller).id }),
        signal,
      ),
  });

/** Which edges a function's calls to DynamoDB go over, and what is never taken. */
export interface DynamoEdges {
  readonly get: Edge;
  put(item: Item): Edge;
  update(input: UpdateItemCommandInput): Edge;
  /** Default: everything is taken. */
  isRefused?(item: Item): boolean;
}

export const dynamoClient = (
  calls: Calls,
  table: Table,
  { get, put, update, isRefused }: DynamoEdges,
): Client<DynamoDBClient> =>
  client({
    GetItemCommand: (input: GetItemCommandInput, signal) =>
      retried(calls, get, () => itemOrNothing(table.get(input)), signal),
    PutItemCommand: (input: PutItemCommandInput, signal) => {
      const { Item: item = {} } = input;
      return retried(
        calls,
        put(item),
        () => {
          if (isRefused?.(item) === true || bytesIn(item) > MAX_ITEM_BYTES)
            throw new Refused('ValidationException');
          return unlessRefused(table.put(input));
        },
        signal,
      );
    },
    UpdateItemCommand: (input: UpdateItemCommandInput, signal) =>
      retried(calls, update(input), () => unlessRefused(table.update(input)), signal),
  });

/** The size of an item as DynamoDB counts it, of the types that we have. */
const bytesIn = (item: Item): number =>
  Object.entries(item).reduce(
    (sum, [name, { S = '', N = '', B = '' }]) =>
      sum + name.length + Buffer.byteLength(S) + N.length + B.length,
    0,
  );

/** @param secretOf by its id. @param note told which version is read. */
export const secretsClient = (
  calls: Calls,
  secretOf: (id: string) => SimulatedSecret,
  note: (stage: string) => void,
): Client<SecretsManagerClient> =>
  client({
    GetSecretValueCommand: (input: GetSecretValueCommandInput, signal) =>
      retried(
        calls,
        'GetSecretValue',
        () => {
          note(String(input.VersionStage));
          return versionOf(secretOf(String(input.SecretId)), input);
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
  if (bytes > MAX_MESSAGE_BYTES) throw new Refused('BatchRequestTooLong');
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

const unlessRefused = ({ isWritten, held }: Written): object => {
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
