import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { batchesOf, type SqsRecord, toRecord } from './sqs-record.ts';

/** Whatever takes the events of a mapping. */
export interface Target {
  /** @throws where it failed: then nothing of the batch is done with. */
  invoke(event: { readonly Records: readonly SqsRecord[] }): Promise<unknown>;
}

/** A mapping of the template: from which queue, and how. */
export interface MappingDefinition {
  readonly queueUrl: string;
  readonly queueArn: string;
  /** How many messages a poll asks for: 1 to 10. */
  readonly batchSize: number;
  /** Whether the function says which messages failed (`ReportBatchItemFailures`). */
  readonly reportsFailures: boolean;
  /** How many invocations may run at the same time. */
  readonly concurrency: number;
}

/** A running mapping. */
export interface Mapping {
  /** Polls no more, and waits for what is being worked on. */
  stop(): Promise<void>;
}

/**
 * Polls a queue and hands its messages to a function, as Lambda does: what the function is done with is deleted, and the
 * rest comes again after the queue's visibility time-out, until the queue moves it to its dead-letter queue.
 *
 * @param sqs a client with the credentials of the function: Lambda polls in the name of its role.
 * @param failed called when polling itself fails; it goes on after a second.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export const startMapping = (
  definition: MappingDefinition,
  sqs: SQSClient,
  target: Target,
  failed: (error: unknown) => void,
): Mapping => {
  const { queueUrl, queueArn, batchSize, reportsFailures, concurrency } = definition;
  const stopping = new AbortController();

  /** Lambda creates no mapping to a queue that the function's role may not look at. */
  const look = async (): Promise<void> => {
    await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['VisibilityTimeout'] }),
      { abortSignal: stopping.signal },
    );
  };

  const receive = async (): Promise<readonly Message[]> => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: batchSize,
        WaitTimeSeconds: 20,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
      { abortSignal: stopping.signal },
    );
    return Messages;
  };

  const acknowledge = async (records: readonly SqsRecord[]): Promise<void> => {
    if (records.length === 0) return;
    await sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: records.map(({ receiptHandle }, index) => ({
          Id: String(index),
          ReceiptHandle: receiptHandle,
        })),
      }),
    );
  };

  const work = async (records: readonly SqsRecord[]): Promise<ReadonlySet<string>> => {
    const failures = await target.invoke({ Records: records }).then(
      (result) => (reportsFailures ? failuresIn(result, records) : NONE),
      // The function has said why; here it only counts that nothing is done with.
      () => idsOf(records),
    );
    await acknowledge(records.filter(({ messageId }) => !failures.has(messageId)));
    return failures;
  };

  const poll = async (): Promise<void> => {
    const messages = await receive();
    const blocked = new Set<string>();
    for (const batch of batchesOf(messages.map((message) => toRecord(message, queueArn)))) {
      const records = batch.filter(({ attributes }) => !blocked.has(attributes.MessageGroupId ?? ''));
      if (records.length === 0) continue;
      const failures = await work(records);
      for (const { messageId, attributes } of records) {
        if (failures.has(messageId) && attributes.MessageGroupId !== undefined)
          blocked.add(attributes.MessageGroupId);
      }
    }
  };

  const loop = async (): Promise<void> => {
    let looked = false;
    while (!stopping.signal.aborted) {
      try {
        if (!looked) await look();
        looked = true;
        await poll();
      } catch (error) {
        if (stopping.signal.aborted) return;
        failed(error);
        await sleep(RETRY_MS);
      }
    }
  };

  const loops = Array.from({ length: concurrency }, loop);
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all(loops);
    },
  };
};

const RETRY_MS = 1_000;
const NONE: ReadonlySet<string> = new Set();

const idsOf = (records: readonly SqsRecord[]): ReadonlySet<string> =>
  new Set(records.map(({ messageId }) => messageId));

/**
 * The messages that the function reports as failed. An answer that is no such report, or names a message that was not in
 * the batch, counts as a failure of all of them.
 */
const failuresIn = (result: unknown, records: readonly SqsRecord[]): ReadonlySet<string> => {
  // No answer is a complete success.
  if (result === undefined || result === null) return NONE;
  const all = idsOf(records);
  if (typeof result !== 'object') return all;
  const { batchItemFailures = [] } = result as { readonly batchItemFailures?: unknown };
  if (batchItemFailures === null) return NONE;
  if (!Array.isArray(batchItemFailures)) return all;
  const failures = new Set<string>();
  for (const failure of batchItemFailures as readonly unknown[]) {
    const { itemIdentifier } = (failure ?? {}) as { readonly itemIdentifier?: unknown };
    if (typeof itemIdentifier !== 'string' || !all.has(itemIdentifier)) return all;
    failures.add(itemIdentifier);
  }
  return failures;
};
