import {
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { type Delivery, MAX_MESSAGE_BYTES, writeDelivery } from '../core/delivery.ts';
import { ReplayError } from './replay-error.ts';

/** A delivery as a message of the intake queue, as ingest writes it. */
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
 * Whether one more message may go with these: SQS takes ten, and 1 MiB for all of them together. Two of one group never go
 * together: SQS may refuse single messages of a batch, and the later one would overtake.
 */
export const fitsInto = (batch: readonly IntakeMessage[], message: IntakeMessage, most: number): boolean =>
  batch.length < Math.min(10, most) &&
  batch.every(({ group }) => group !== message.group) &&
  batch.reduce((sum, { bytes }) => sum + bytes, message.bytes) <= MAX_MESSAGE_BYTES;

/** How long to wait before each further try, in ms. */
const RETRY_AFTER_MS = [200, 1_000, 3_000] as const;

/**
 * Sends a batch, until SQS has all of it: nothing later may go before. A message that is sent twice because an answer was
 * lost is the same delivery, which the queue recognizes.
 *
 * @throws {ReplayError} where SQS doesn't take some of them, after several tries.
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
      // Any of them may have arrived or not.
      cause = error;
    }
  }
  const why = Error.isError(cause) ? ` (${cause.name}: ${cause.message})` : '';
  throw new ReplayError(
    `SQS does not take ${left.length} of ${batch.length} messages, after several tries${why}.`,
    { cause },
  );
};

/** @returns those that SQS did not take. */
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
