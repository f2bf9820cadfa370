import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { writeDelivery } from '../core/delivery.ts';
import { messageBatches } from '../core/message-batches.ts';
import { Rejection } from '../core/rejection.ts';
import type { IntakePart } from '../events/intake-parts.ts';
import { SQS_CLIENT } from '../runtime/aws-client.ts';

/**
 * Stores a delivery durably: all of its parts.
 *
 * @throws {Rejection} `intake-unavailable` if any of them was not stored. The provider's retry stores them all again, and
 * fan-out then finds duplicates.
 */
export type Store = (parts: readonly IntakePart[]) => Promise<void>;

/** Stores in the intake queue: up to ten parts in one call. */
export const intakeQueue = (
  queueUrl: string,
  sqs: Pick<SQSClient, 'send'> = new SQSClient(SQS_CLIENT),
): Store => {
  const sendBatch = async (batch: readonly Message[]): Promise<void> => {
    const { Failed = [] } = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: batch.map(({ body, group, deduplicationId }, index) => ({
          Id: String(index),
          MessageBody: body,
          MessageGroupId: group,
          MessageDeduplicationId: deduplicationId,
        })),
      }),
    );
    const [failed] = Failed;
    if (failed !== undefined) throw new Error(`SQS did not take a message: ${failed.Code}`);
  };

  return async (parts) => {
    const batches = messageBatches(parts.map(toMessage));
    for (let at = 0; at < batches.length; at += CONCURRENCY) {
      // All of them end before the answer: what Lambda froze would be sent at some later time.
      const sent = await Promise.allSettled(batches.slice(at, at + CONCURRENCY).map(sendBatch));
      const failed = sent.find(({ status }) => status === 'rejected');
      if (failed === undefined) continue;
      const { reason: cause } = failed as PromiseRejectedResult;
      throw new Rejection('intake-unavailable', 'SendMessageBatch to the intake queue failed', { cause });
    }
  };
};

/** How many calls are made at once. Only a delivery about more than ten entities needs more than one. */
const CONCURRENCY = 10;

interface Message {
  readonly body: string;
  readonly group: string;
  readonly deduplicationId: string;
  readonly bytes: number;
}

const toMessage = ({ delivery, group, chosen }: IntakePart, index: number): Message => {
  const body = writeDelivery(delivery, chosen);
  return {
    body,
    group,
    // Deduplicates the SDK's retries. A retry of the provider is a new delivery; fan-out finds its duplicates.
    deduplicationId: `${delivery.deliveryId}-${index}`,
    bytes: Buffer.byteLength(body),
  };
};
