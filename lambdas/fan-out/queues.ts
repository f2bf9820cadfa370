import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { MAX_MESSAGE_BYTES } from '../core/delivery.ts';
import { SQS_CLIENT } from '../runtime/aws-client.ts';
import type { OutgoingMessage } from './message.ts';

export interface EntityQueueSender {
  /**
   * Sends messages to an entity's queue, in their order.
   *
   * @returns the messages that SQS did not take.
   * @throws if a call failed: then any of the messages may have arrived.
   */
  send(entity: string, messages: readonly OutgoingMessage[]): Promise<readonly OutgoingMessage[]>;
}

/** @param urlOf the URL of an entity's queue. */
export const sqsEntityQueues = (
  urlOf: (entity: string) => string,
  sqs: Pick<SQSClient, 'send'> = new SQSClient(SQS_CLIENT),
): EntityQueueSender => {
  const sendBatch = async (entity: string, batch: readonly OutgoingMessage[]) => {
    // Stryker disable next-line ArrayDeclaration: a failure without an `Id` belongs to no message
    const { Failed = [] } = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: urlOf(entity),
        Entries: batch.map(({ entry }, index) => ({ ...entry, Id: String(index) })),
      }),
    );
    const failed = new Set(Failed.map(({ Id }) => Id));
    return batch.filter((_, index) => failed.has(String(index)));
  };

  return {
    send: async (entity, messages) => {
      const failed: OutgoingMessage[] = [];
      for (const batch of batches(messages)) failed.push(...(await sendBatch(entity, batch)));
      return failed;
    },
  };
};

/** Batches within SQS's limits: ten messages, and 1 MiB in total. */
const batches = (messages: readonly OutgoingMessage[]): readonly (readonly OutgoingMessage[])[] => {
  const cut: OutgoingMessage[][] = [];
  let bytes = 0;
  for (const message of messages) {
    const last = cut.at(-1);
    if (last === undefined || last.length === 10 || bytes + message.bytes > MAX_MESSAGE_BYTES) {
      cut.push([message]);
      bytes = message.bytes;
    } else {
      last.push(message);
      bytes += message.bytes;
    }
  }
  return cut;
};
