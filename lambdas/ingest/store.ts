import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type Delivery, writeDelivery } from '../core/delivery.ts';
import { Rejection } from '../core/rejection.ts';
import { SQS_CLIENT } from '../runtime/aws-client.ts';

/**
 * Stores a delivery durably.
 *
 * @param group the message group, within which deliveries stay in order.
 * @throws {Rejection} `intake-unavailable`.
 */
export type Store = (delivery: Delivery, group: string) => Promise<void>;

/** Stores in the intake queue. */
export const intakeQueue = (
  queueUrl: string,
  sqs: Pick<SQSClient, 'send'> = new SQSClient(SQS_CLIENT),
): Store => {
  return async (delivery, group) => {
    try {
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: writeDelivery(delivery),
          MessageGroupId: group,
          // Deduplicates the SDK's retries. A retry of the provider is a new delivery; fan-out finds its duplicates.
          MessageDeduplicationId: delivery.deliveryId,
        }),
      );
    } catch (cause) {
      throw new Rejection('intake-unavailable', 'SendMessage to the intake queue failed', { cause });
    }
  };
};
