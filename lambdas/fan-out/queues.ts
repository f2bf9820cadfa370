import { type BatchResultErrorEntry, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { messageBatches } from '../core/message-batches.ts';
import { QUEUE_ATTRIBUTE } from '../core/routing-table.ts';
import { SQS_CLIENT } from '../runtime/aws-client.ts';
import { type Deadline, OutOfTime } from './deadline.ts';
import type { OutgoingMessage } from './message.ts';
import { isRefusal } from './refusal.ts';

export interface QueueSender {
  /**
   * Sends messages to a queue, in their order.
   *
   * @returns the messages that SQS did not take, each with the error. If the call failed, any of them may have arrived.
   */
  send(to: Address, messages: readonly OutgoingMessage[], deadline: Deadline): Promise<readonly Unsent[]>;
}

/** Queues are named without the stack's prefix and `.fifo`. */
export interface Address {
  readonly queue: string;
  /** The queue that the messages can be moved back to, if this one is for dead letters. Default: the same. */
  readonly meant?: string;
}

export interface Unsent {
  readonly message: OutgoingMessage;
  readonly error: unknown;
}

/** SQS did not take a message of a batch. Its name is the code that SQS gave. */
class NotTaken extends Error {
  override readonly name: string;
  constructor({ Code = 'Error' }: BatchResultErrorEntry) {
    super('SQS did not take the message');
    this.name = Code;
  }
}

/** @param urlOf the URL of a queue, by its name without the stack's prefix and `.fifo`. */
export const sqsQueues = (
  urlOf: (queue: string) => string,
  sqs: Pick<SQSClient, 'send'> = new SQSClient(SQS_CLIENT),
): QueueSender => {
  const sendBatch = async (
    to: Address,
    batch: readonly OutgoingMessage[],
    deadline: Deadline,
  ): Promise<readonly Unsent[]> => {
    if (!deadline.allowsWork()) return batch.map((message) => ({ message, error: new OutOfTime() }));
    try {
      // Stryker disable next-line ArrayDeclaration: a failure without an `Id` belongs to no message
      const { Failed = [] } = await sqs.send(
        new SendMessageBatchCommand({
          QueueUrl: urlOf(to.queue),
          Entries: batch.map(({ entry }, index) => toEntry(entry, index, urlOf(to.meant ?? to.queue))),
        }),
        { abortSignal: deadline.work },
      );
      const failures = new Map(Failed.map((failure) => [failure.Id, failure]));
      return batch.flatMap((message, index) => {
        const failure = failures.get(String(index));
        return failure === undefined ? [] : [{ message, error: new NotTaken(failure) }];
      });
    } catch (error) {
      // One message that is refused for good must not hold up the others.
      if (isRefusal(error) && batch.length > 1)
        return sendInTurn(
          to,
          batch.map((message) => [message]),
          deadline,
        );
      return batch.map((message) => ({ message, error }));
    }
  };

  const sendInTurn = async (
    to: Address,
    batches: readonly (readonly OutgoingMessage[])[],
    deadline: Deadline,
  ) => {
    const unsent: Unsent[] = [];
    for (const batch of batches) unsent.push(...(await sendBatch(to, batch, deadline)));
    return unsent;
  };

  return {
    send: (to, messages, deadline) => sendInTurn(to, messageBatches(messages), deadline),
  };
};

const toEntry = (entry: OutgoingMessage['entry'], index: number, url: string) => ({
  ...entry,
  Id: String(index),
  MessageAttributes: {
    ...entry.MessageAttributes,
    [QUEUE_ATTRIBUTE]: { DataType: 'String', StringValue: url.slice(url.lastIndexOf('/') + 1) },
  },
});
