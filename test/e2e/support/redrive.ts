import { randomUUID } from 'node:crypto';
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import type { GateUnderTest } from './gate-under-test.ts';

/**
 * Moves the dead letters of a FIFO queue back to its end, as somebody on call would.
 *
 * @param name of the queue: `gatepost-intake.fifo`.
 * @returns their bodies.
 */
export const redrive = async (
  { localStack, sqs }: GateUnderTest,
  name: string,
): Promise<readonly string[]> => {
  const [anyQueueUrl = ''] = Object.values(localStack.queues);
  const queueUrl = anyQueueUrl.replace(/[^/]+$/, name);
  const deadLetters = anyQueueUrl.replace(/[^/]+$/, name.replace(/\.fifo$/, '-dlq.fifo'));
  const moved: string[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: deadLetters,
        MaxNumberOfMessages: 10,
        MessageSystemAttributeNames: ['MessageGroupId'],
      }),
    );
    if (Messages.length === 0) return moved;
    for (const { Body = '', Attributes, ReceiptHandle } of Messages) {
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: Body,
          MessageGroupId: Attributes?.MessageGroupId,
          MessageDeduplicationId: randomUUID(),
        }),
      );
      await sqs.send(new DeleteMessageCommand({ QueueUrl: deadLetters, ReceiptHandle }));
      moved.push(Body);
    }
  }
};
