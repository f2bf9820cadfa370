import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { parseEvent } from '../../../lambdas/events/event.ts';

// A consumer as the README has it, which ends once its queue is empty: prints the id and the message group of each event.
// `node consumer.ts <queue URL>`

const sqs = new SQSClient({});
const [QueueUrl] = process.argv.slice(2);
const request = {
  QueueUrl,
  WaitTimeSeconds: 1,
  MaxNumberOfMessages: 10,
  MessageAttributeNames: ['All'],
  MessageSystemAttributeNames: ['MessageGroupId' as const],
};
for (;;) {
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(request));
  if (Messages.length === 0) break;
  for (const { Body = '', ReceiptHandle, MessageAttributes = {}, Attributes } of Messages) {
    const event = parseEvent(Body);
    if (MessageAttributes.type?.StringValue !== event.type) throw new Error('the attribute type differs');
    process.stdout.write(`${JSON.stringify({ id: event.id, group: Attributes?.MessageGroupId })}\n`);
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  }
}
