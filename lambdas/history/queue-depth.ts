import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** How many messages are in a queue, about. */
export interface QueueDepth {
  readonly waiting: number;
  /** Received and not deleted yet, so that they can't be received until their visibility time-out. */
  readonly inFlight: number;
}

/** @returns undefined if there is no such queue. */
export const queueDepth = async (sqs: SQSClient, queueUrl: string): Promise<QueueDepth | undefined> => {
  try {
    const { Attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: queueUrl,
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      }),
    );
    return {
      waiting: Number(Attributes.ApproximateNumberOfMessages),
      inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible),
    };
  } catch (error) {
    if (Error.isError(error) && NO_QUEUE.has(error.name)) return undefined;
    throw error;
  }
};

/** The second is the code of SQS's query protocol. */
const NO_QUEUE: ReadonlySet<string> = new Set([
  'QueueDoesNotExist',
  'AWS.SimpleQueueService.NonExistentQueue',
]);
