import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
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
  SendMessageBatchCommandInput,
  SendMessageBatchCommandOutput,
  SendMessageCommandInput,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { AWS_CLIENT } from '../../../lambdas/runtime/aws-client.ts';
import { CallError, type Calls, type CarryOut } from '../calls.ts';
import type { Invocation } from '../lambda.ts';
import type { Edge, Fate } from '../schedule.ts';
import type { SentMessage } from './fifo-queue.ts';
import type { SimulatedSecret } from './secret.ts';
import type { Table } from './table.ts';

/** The SDK's clients as far as they are used. The commands that they are sent are the SDK's own. */
export type Client<Sdk extends { send: unknown }> = Pick<Sdk, 'send'>;

interface Command {
  readonly input: object;
  readonly constructor: { readonly name: string };
}

type Sender = (command: Command) => Promise<unknown>;

/** Where a message is sent, by its queue's URL. */
export type SendTo = (queueUrl: string, message: SentMessage, caller: Invocation) => { readonly id: string };

export const sqsClient = (calls: Calls, sendTo: SendTo): Client<SQSClient> =>
  client({
    SendMessageCommand: (input: SendMessageCommandInput) =>
      retried(calls, 'SendMessage', (_, caller) => ({
        MessageId: sendTo(String(input.QueueUrl), toMessage(input), caller).id,
      })),
    SendMessageBatchCommand: (input: SendMessageBatchCommandInput) =>
      retried(calls, 'SendMessageBatch', (fate, caller) =>
        sendBatch(input, fate, (url, message) => sendTo(url, message, caller)),
      ),
  });

export const dynamoClient = (calls: Calls, table: Table): Client<DynamoDBClient> =>
  client({
    PutItemCommand: (input: PutItemCommandInput) =>
      retried(calls, 'PutItem', () => unlessRefused(table.put(input))),
    UpdateItemCommand: (input: UpdateItemCommandInput) =>
      retried(calls, 'UpdateItem', () => unlessRefused(table.update(input))),
  });

export const secretsClient = (calls: Calls, secret: SimulatedSecret): Client<SecretsManagerClient> =>
  client({
    GetSecretValueCommand: (input: GetSecretValueCommandInput) =>
      retried(calls, 'GetSecretValue', () => versionOf(secret, input)),
  });

const client = <Sdk extends { send: unknown }>(
  senders: Readonly<Record<string, (input: never) => Promise<unknown>>>,
): Client<Sdk> => {
  const send: Sender = (command) => {
    const sender = senders[command.constructor.name];
    if (sender === undefined) throw new Error(`no client handles a ${command.constructor.name}`);
    return sender(command.input as never);
  };
  return { send } as unknown as Client<Sdk>;
};

/** How long the SDK waits before it tries again; after being throttled, longer. In ms. */
const PAUSE = 60;
const PAUSE_AFTER_THROTTLING = 600;

/** Tries as the SDK does, with the limits that the functions set it. */
const retried = async <Result>(calls: Calls, edge: Edge, carryOut: CarryOut<Result>): Promise<Result> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await calls.try(edge, AWS_CLIENT.requestHandler.requestTimeout, carryOut);
    } catch (error) {
      const isOver = attempt === AWS_CLIENT.maxAttempts;
      if (isOver || !(error instanceof CallError) || error.fate === 'deny') throw error;
      const pause = error.fate === 'throttle' ? PAUSE_AFTER_THROTTLING : PAUSE;
      await new Promise<void>((resolve) => setTimeout(resolve, pause));
    }
  }
};

/** @throws where SQS refuses it: it is no message for a FIFO queue that doesn't deduplicate by content. */
const toMessage = (entry: {
  readonly MessageBody: string | undefined;
  readonly MessageGroupId?: string | undefined;
  readonly MessageDeduplicationId?: string | undefined;
}): SentMessage => {
  const { MessageBody, MessageGroupId, MessageDeduplicationId } = entry;
  if (MessageBody === undefined || MessageGroupId === undefined || MessageDeduplicationId === undefined) {
    throw new CallError('deny');
  }
  return { body: MessageBody, group: MessageGroupId, deduplicationId: MessageDeduplicationId };
};

const sendBatch = (
  { QueueUrl, Entries = [] }: SendMessageBatchCommandInput,
  fate: Fate | undefined,
  send: (queueUrl: string, message: SentMessage) => { readonly id: string },
): Pick<SendMessageBatchCommandOutput, 'Successful' | 'Failed'> => {
  const refused = fate?.fate === 'part' ? fate.refused : 0;
  const messages = Entries.map((entry) => ({ Id: String(entry.Id), message: toMessage(entry) }));
  const isRefused = (index: number) => (refused & (1 << index)) !== 0;
  return {
    Successful: messages
      .filter((_, index) => !isRefused(index))
      .map(({ Id, message }) => ({
        Id,
        MessageId: send(String(QueueUrl), message).id,
        MD5OfMessageBody: '',
      })),
    Failed: messages
      .filter((_, index) => isRefused(index))
      .map(({ Id }) => ({ Id, Code: 'InternalError', SenderFault: false })),
  };
};

const unlessRefused = (written: boolean): object => {
  if (written) return {};
  throw new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata: {} });
};

const versionOf = (
  { current, previous, rotatedAt }: SimulatedSecret,
  { VersionStage }: GetSecretValueCommandInput,
): Partial<GetSecretValueCommandOutput> => {
  if (VersionStage === 'AWSCURRENT') return { SecretString: current, CreatedDate: rotatedAt };
  if (previous === undefined)
    throw new ResourceNotFoundException({ message: 'no such version', $metadata: {} });
  return { SecretString: previous };
};
