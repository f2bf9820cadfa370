import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type Delivery, writeDelivery } from '../core/delivery.ts';
import { Rejection } from '../core/rejection.ts';
import { SQS_CLIENT } from '../runtime/aws-client.ts';

/**
 * Stores a delivery durably: once this returns it can't be lost.
 *
 * @param group the message group: deliveries of one group stay in order.
 * @throws {Rejection} `intake-unavailable`.
 */
export type Store = (delivery: Delivery, group: string) => Promise<void>;

/**
 * Stores in the intake queue.
 *
 * @param sqs Default: a client of its own.
 */
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
          // A second try of ours after a lost answer is the same delivery; a second one of the provider's is not, and
          // is counted as a duplicate behind the queue, where the event log tells.
          MessageDeduplicationId: delivery.deliveryId,
        }),
      );
    } catch (cause) {
      throw new Rejection('intake-unavailable', 'SendMessage to the intake queue failed', { cause });
    }
  };
};
