import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { parseEvent } from '../../../lambdas/events/event.ts';

// A consumer as the README has it, which ends once its queue is empty: prints the entity's id and the key of each event.
// `node consumer.ts <queue URL>`

const sqs = new SQSClient({});
const [QueueUrl] = process.argv.slice(2);
const request = { QueueUrl, WaitTimeSeconds: 1, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] };
for (;;) {
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(request));
  if (Messages.length === 0) break;
  for (const { Body = '', ReceiptHandle, MessageAttributes = {} } of Messages) {
    const event = parseEvent(Body);
    if (MessageAttributes.type?.StringValue !== event.type) throw new Error('the attribute type differs');
    process.stdout.write(`${JSON.stringify({ id: event.id, type: event.type, subject: event.subject })}\n`);
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  }
}
