import {
  ChangeMessageVisibilityBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { QUEUE_ATTRIBUTE } from '../core/routing-table.ts';
import { queueDepth } from './queue-depth.ts';

/**
 * Whether a message is in a dead-letter queue. `unknown` if not all messages were received: SQS returns only the first ones
 * of a message group.
 */
export type Found = 'there' | 'not-there' | 'unknown';

const MAX_LOOKED_AT = 200;
/** How long received messages stay hidden if they can't be put back. */
const HIDDEN_SECONDS = 20;

/**
 * Looks for a message in a dead-letter queue. An SQS queue can't be read without receiving, so the messages are put back at
 * once. Only their receive counts change, which has no effect in a dead-letter queue.
 */
export const lookInto = async (
  sqs: SQSClient,
  queueUrl: string,
  isIt: (message: Message) => boolean,
): Promise<Found> => {
  const all = await count(sqs, queueUrl);
  if (all === undefined || all === 0) return 'not-there';
  const received: Message[] = [];
  try {
    while (received.length < MAX_LOOKED_AT) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: 10,
          VisibilityTimeout: HIDDEN_SECONDS,
          WaitTimeSeconds: 0,
          MessageAttributeNames: [QUEUE_ATTRIBUTE],
        }),
      );
      received.push(...Messages);
      if (Messages.some(isIt)) return 'there';
      if (Messages.length === 0) break;
    }
  } finally {
    await putBack(sqs, queueUrl, received);
  }
  return received.length >= all ? 'not-there' : 'unknown';
};

/** The number of messages in a queue, including those in flight; undefined if there is no such queue. */
const count = async (sqs: SQSClient, queueUrl: string): Promise<number | undefined> => {
  const depth = await queueDepth(sqs, queueUrl);
  return depth && depth.waiting + depth.inFlight;
};

/** In reverse order, so that the order within each group is kept. */
const putBack = async (sqs: SQSClient, queueUrl: string, messages: readonly Message[]): Promise<void> => {
  const backwards = messages.toReversed();
  for (let from = 0; from < backwards.length; from += 10) {
    await sqs.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl: queueUrl,
        Entries: backwards.slice(from, from + 10).map(({ ReceiptHandle }, index) => ({
          Id: String(index),
          ReceiptHandle,
          VisibilityTimeout: 0,
        })),
      }),
    );
  }
};
