import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { batchesOf, type SqsRecord, toRecord } from './sqs-record.ts';

export interface Target {
  /** @throws where the whole batch failed. */
  invoke(event: { readonly Records: readonly SqsRecord[] }): Promise<unknown>;
}

/** A mapping of the template. */
export interface MappingDefinition {
  readonly queueUrl: string;
  readonly queueArn: string;
  /** 1 to 10. */
  readonly batchSize: number;
  /** Whether the function returns the failed messages (`ReportBatchItemFailures`). */
  readonly reportsFailures: boolean;
  /** The maximum number of concurrent invocations. */
  readonly concurrency: number;
}

export interface Mapping {
  /** Stops polling, and waits for the invocations in progress. */
  stop(): Promise<void>;
}

/**
 * Polls a queue and invokes a function with its messages, as Lambda does: processed messages are deleted; the others become
 * visible again after the visibility timeout, until the queue moves them to its dead-letter queue.
 *
 * @param sqs a client with the function's credentials: Lambda polls with the function's role.
 * @param failed called when polling fails; it continues after a second.
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

  /** Lambda creates a mapping only if the function's role may read the queue's attributes. */
  const checkAccess = async (): Promise<void> => {
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
      // The function's lines have the reason.
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
    let hasAccess = false;
    while (!stopping.signal.aborted) {
      try {
        if (!hasAccess) await checkAccess();
        hasAccess = true;
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
 * The messages that the function reports as failed. An invalid report, or one that names a message that is not in the batch,
 * is a failure of all messages.
 */
const failuresIn = (result: unknown, records: readonly SqsRecord[]): ReadonlySet<string> => {
  // No result is a complete success.
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
