import {
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { type Delivery, MAX_MESSAGE_BYTES, writeDelivery } from '../core/delivery.ts';
import { ReplayError } from './replay-error.ts';

/** A delivery as a message of the intake queue. */
export interface IntakeMessage {
  readonly group: string;
  readonly entry: Omit<SendMessageBatchRequestEntry, 'Id'>;
  readonly bytes: number;
}

export const toIntakeMessage = (delivery: Delivery, group: string): IntakeMessage => {
  const body = writeDelivery(delivery);
  return {
    group,
    entry: { MessageBody: body, MessageGroupId: group, MessageDeduplicationId: delivery.deliveryId },
    bytes: Buffer.byteLength(body),
  };
};

/**
 * Whether a batch has room for one more message: SQS allows ten, and 1 MiB in total. Only one per group, because SQS may
 * reject single messages of a batch, and a later one would overtake.
 */
export const fitsInto = (batch: readonly IntakeMessage[], message: IntakeMessage, most: number): boolean =>
  batch.length < Math.min(10, most) &&
  batch.every(({ group }) => group !== message.group) &&
  batch.reduce((sum, { bytes }) => sum + bytes, message.bytes) <= MAX_MESSAGE_BYTES;

const RETRY_AFTER_MS = [200, 1_000, 3_000] as const;

/**
 * Sends a batch, and retries until SQS has accepted all of it, to keep the order. The queue deduplicates messages that are
 * sent twice because a response was lost.
 *
 * @throws {ReplayError} if SQS rejects messages repeatedly.
 */
export const sendBatch = async (
  sqs: SQSClient,
  queueUrl: string,
  batch: readonly IntakeMessage[],
  sleep: (ms: number) => Promise<void>,
): Promise<void> => {
  let left = batch;
  let cause: unknown;
  for (const wait of [0, ...RETRY_AFTER_MS]) {
    if (wait > 0) await sleep(wait);
    try {
      left = await sendOnce(sqs, queueUrl, left);
      if (left.length === 0) return;
    } catch (error) {
      // Any of the messages may have arrived.
      cause = error;
    }
  }
  const why = Error.isError(cause) ? ` (${cause.name}: ${cause.message})` : '';
  throw new ReplayError(
    `SQS did not accept ${left.length} of ${batch.length} messages after several attempts${why}.`,
    { cause },
  );
};

/** @returns the messages that SQS rejected. */
const sendOnce = async (
  sqs: SQSClient,
  queueUrl: string,
  batch: readonly IntakeMessage[],
): Promise<readonly IntakeMessage[]> => {
  const { Failed = [] } = await sqs.send(
    new SendMessageBatchCommand({
      QueueUrl: queueUrl,
      Entries: batch.map(({ entry }, index) => ({ ...entry, Id: String(index) })),
    }),
  );
  const failed = new Set(Failed.map(({ Id }) => Id));
  return batch.filter((_, index) => failed.has(String(index)));
};
