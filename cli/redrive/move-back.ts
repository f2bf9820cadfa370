import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { QUEUE_ATTRIBUTE } from '../../lambdas/core/routing-table.ts';

/** What is moved where. */
export interface Move {
  /** The URL of the dead-letter queue. */
  readonly from: string;
  /**
   * The URL of the queue that a message came from.
   *
   * @param queue the name of that queue as the message has it. Absent if version 0.1.0 sent it.
   * @param entity the entity of the event.
   * @returns undefined if that queue is no longer in the stack; then the message stays.
   */
  to(queue: string | undefined, entity: string | undefined): string | undefined;
}

/** The visibility timeout: enough for ten messages of one group, one after the other. */
const HIDDEN_SECONDS = 60;

/**
 * Moves messages from one FIFO queue to another, with their attributes, in the order of their groups. `StartMessageMoveTask`
 * does not document what it does with deduplication ids, and no emulator on npm supports it. A message is deleted after it
 * was sent, with its message id as the deduplication id: if an interruption prevents the deletion, a second move within
 * five minutes sends no duplicate.
 *
 * @param most the number of messages to move: messages that fail again meanwhile are not moved again.
 * @param moved called after each message, with the URL of its queue.
 * @param interrupted ends the move between two messages.
 * @throws the error of SQS; the remaining messages stay where they were.
 */
export const moveBack = async (
  sqs: SQSClient,
  { from, to }: Move,
  most: number,
  moved: (to: string) => void,
  interrupted: AbortSignal,
): Promise<void> => {
  /** What can't be moved stays hidden meanwhile, so that it is not received again in the place of others. */
  const stuck: Message[] = [];
  try {
    let left = most;
    while (left > 0 && !interrupted.aborted) {
      const messages = await receive(sqs, from, Math.min(10, left));
      if (messages.length === 0) return;
      left -= messages.length;
      const groups = Map.groupBy(messages, ({ Attributes }) => Attributes?.MessageGroupId);
      // Groups in parallel, messages of a group in sequence.
      const results = await Promise.allSettled(
        [...groups.values()].map(async (group) => {
          stuck.push(...(await moveGroup(sqs, { from, to }, group, moved, interrupted)));
        }),
      );
      for (const result of results) if (result.status === 'rejected') throw result.reason;
    }
  } finally {
    await show(sqs, from, stuck);
  }
};

const receive = async (sqs: SQSClient, queueUrl: string, most: number): Promise<readonly Message[]> => {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: most,
      VisibilityTimeout: HIDDEN_SECONDS,
      WaitTimeSeconds: 1,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['All'],
    }),
  );
  return Messages;
};

/** @returns the messages that stay, since the queue of the first one is no longer in the stack. */
const moveGroup = async (
  sqs: SQSClient,
  { from, to }: Move,
  group: readonly Message[],
  moved: (to: string) => void,
  interrupted: AbortSignal,
): Promise<readonly Message[]> => {
  let done = 0;
  let stuck: readonly Message[] = [];
  try {
    for (const { Body, MessageId, MessageAttributes, Attributes, ReceiptHandle } of group) {
      if (interrupted.aborted) break;
      const { [QUEUE_ATTRIBUTE]: queue, entity } = MessageAttributes ?? {};
      const queueUrl = to(queue?.StringValue, entity?.StringValue);
      if (queueUrl === undefined) {
        // Those behind it in its group stay too, and keep their order.
        stuck = group.slice(done);
        break;
      }
      const sent = await sendUnlessGone(
        sqs,
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: Body,
          MessageGroupId: Attributes?.MessageGroupId,
          MessageDeduplicationId: MessageId,
          MessageAttributes,
        }),
      );
      if (!sent) {
        stuck = group.slice(done);
        break;
      }
      await sqs.send(new DeleteMessageCommand({ QueueUrl: from, ReceiptHandle }));
      done++;
      moved(queueUrl);
    }
    return stuck;
  } finally {
    if (stuck.length === 0) await show(sqs, from, group.slice(done));
  }
};

/** @returns whether there is such a queue, so that it was sent. */
const sendUnlessGone = async (sqs: SQSClient, command: SendMessageCommand): Promise<boolean> => {
  try {
    await sqs.send(command);
    return true;
  } catch (error) {
    if (Error.isError(error) && error.name === 'QueueDoesNotExist') return false;
    throw error;
  }
};

/** Makes messages visible: the last one first, so that a later message never becomes visible before an earlier one. */
const show = async (sqs: SQSClient, queueUrl: string, messages: readonly Message[]): Promise<void> => {
  for (const { ReceiptHandle } of messages.toReversed()) {
    await sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle, VisibilityTimeout: 0 }),
    );
  }
};
