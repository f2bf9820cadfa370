import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

/** Where from and where to, as URLs. */
export interface Move {
  readonly from: string;
  readonly to: string;
}

/** A message that was received stays hidden for so long: enough for ten of one group, one after the other. */
const HIDDEN_SECONDS = 60;

/**
 * Moves messages of a FIFO queue into another one, in the order of their groups, with their attributes; by hand, since what
 * becomes of the deduplication id in `StartMessageMoveTask` is not documented, and no emulator on npm does it. A message is
 * deleted only after it was sent. Its id there is its deduplication id here: if it was sent and not deleted, as in an
 * interruption, the next move within five minutes makes no second one.
 *
 * @param most no more than so many: what comes back meanwhile is not moved again.
 * @param moved called after each.
 * @param interrupted ends it between two.
 * @throws what SQS says; what was not moved by then is where it was.
 */
export const moveBack = async (
  sqs: SQSClient,
  { from, to }: Move,
  most: number,
  moved: () => void,
  interrupted: AbortSignal,
): Promise<void> => {
  let left = most;
  while (left > 0 && !interrupted.aborted) {
    const messages = await receive(sqs, from, Math.min(10, left));
    if (messages.length === 0) return;
    left -= messages.length;
    const groups = Map.groupBy(messages, ({ Attributes }) => Attributes?.MessageGroupId);
    // Groups side by side, one after the other within a group.
    const results = await Promise.allSettled(
      [...groups.values()].map((group) => moveGroup(sqs, { from, to }, group, moved, interrupted)),
    );
    for (const result of results) if (result.status === 'rejected') throw result.reason;
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

const moveGroup = async (
  sqs: SQSClient,
  { from, to }: Move,
  group: readonly Message[],
  moved: () => void,
  interrupted: AbortSignal,
): Promise<void> => {
  let done = 0;
  try {
    for (const { Body, MessageId, MessageAttributes, Attributes, ReceiptHandle } of group) {
      if (interrupted.aborted) return;
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: to,
          MessageBody: Body,
          MessageGroupId: Attributes?.MessageGroupId,
          MessageDeduplicationId: MessageId,
          MessageAttributes,
        }),
      );
      await sqs.send(new DeleteMessageCommand({ QueueUrl: from, ReceiptHandle }));
      done++;
      moved();
    }
  } finally {
    // Last one first, so that none stands before an earlier one even for a moment.
    for (const { ReceiptHandle } of group.slice(done).toReversed()) {
      await sqs.send(
        new ChangeMessageVisibilityCommand({ QueueUrl: from, ReceiptHandle, VisibilityTimeout: 0 }),
      );
    }
  }
};
