import {
  ChangeMessageVisibilityBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

/**
 * Whether a message lies in a dead-letter queue.
 *
 * - `there`, `not-there`: it was seen; everything was seen, and it was not among it
 * - `unknown`: there is more in the queue than was looked at. Of a message group SQS shows no more than the beginning.
 */
export type Found = 'there' | 'not-there' | 'unknown';

/** So many messages are looked at, at most. */
const MAX_LOOKED_AT = 200;
/** What was looked at is hidden from others for so long, if it can't be put back at once. */
const HIDDEN_SECONDS = 20;

/**
 * Looks for a message in a dead-letter queue. An SQS queue can't be read without receiving: what was received is put
 * back at once, unchanged but for its receive count, which means nothing in a queue that has no dead-letter queue of
 * its own.
 *
 * @param isIt whether a message's body is the one.
 */
export const lookInto = async (
  sqs: SQSClient,
  queueUrl: string,
  isIt: (body: string) => boolean,
): Promise<Found> => {
  const all = await count(sqs, queueUrl);
  if (all === 0) return 'not-there';
  const received: Message[] = [];
  try {
    while (received.length < MAX_LOOKED_AT) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: 10,
          VisibilityTimeout: HIDDEN_SECONDS,
          WaitTimeSeconds: 0,
        }),
      );
      received.push(...Messages);
      if (Messages.some(({ Body = '' }) => isIt(Body))) return 'there';
      if (Messages.length === 0) break;
    }
  } finally {
    await putBack(sqs, queueUrl, received);
  }
  return received.length >= all ? 'not-there' : 'unknown';
};

/** How many messages are in a queue, those in flight included. */
const count = async (sqs: SQSClient, queueUrl: string): Promise<number> => {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: queueUrl,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  return (
    Number(Attributes.ApproximateNumberOfMessages) + Number(Attributes.ApproximateNumberOfMessagesNotVisible)
  );
};

/** Last one first, so that none of a group stands before an earlier one even for a moment. */
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
