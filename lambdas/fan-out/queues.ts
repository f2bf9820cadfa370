import { type BatchResultErrorEntry, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { messageBatches } from '../core/message-batches.ts';
import { SQS_CLIENT } from '../runtime/aws-client.ts';
import { type Deadline, OutOfTime } from './deadline.ts';
import type { OutgoingMessage } from './message.ts';
import { isRefusal } from './refusal.ts';

export interface EntityQueueSender {
  /**
   * Sends messages to an entity's queue, in their order.
   *
   * @returns the messages that SQS did not take, each with the error. If the call failed, any of them may have arrived.
   */
  send(entity: string, messages: readonly OutgoingMessage[], deadline: Deadline): Promise<readonly Unsent[]>;
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

/** @param urlOf the URL of an entity's queue. */
export const sqsEntityQueues = (
  urlOf: (entity: string) => string,
  sqs: Pick<SQSClient, 'send'> = new SQSClient(SQS_CLIENT),
): EntityQueueSender => {
  const sendBatch = async (
    entity: string,
    batch: readonly OutgoingMessage[],
    deadline: Deadline,
  ): Promise<readonly Unsent[]> => {
    if (!deadline.allowsWork()) return batch.map((message) => ({ message, error: new OutOfTime() }));
    try {
      // Stryker disable next-line ArrayDeclaration: a failure without an `Id` belongs to no message
      const { Failed = [] } = await sqs.send(
        new SendMessageBatchCommand({
          QueueUrl: urlOf(entity),
          Entries: batch.map(({ entry }, index) => ({ ...entry, Id: String(index) })),
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
          entity,
          batch.map((message) => [message]),
          deadline,
        );
      return batch.map((message) => ({ message, error }));
    }
  };

  const sendInTurn = async (
    entity: string,
    batches: readonly (readonly OutgoingMessage[])[],
    deadline: Deadline,
  ) => {
    const unsent: Unsent[] = [];
    for (const batch of batches) unsent.push(...(await sendBatch(entity, batch, deadline)));
    return unsent;
  };

  return {
    send: (entity, messages, deadline) => sendInTurn(entity, messageBatches(messages), deadline),
  };
};
