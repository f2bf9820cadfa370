import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type DataObject, parseEvent, withData } from '../../../lambdas/events/event.ts';

// A consumer as the README has it, which ends once its queue is empty: prints of each event the id, the message group, and
// how long the note in its data is, if there is one. `node consumer.ts <queue URL>`

const [sqs, s3] = [new SQSClient({}), new S3Client({})];
// Only for an event whose data is too large for a message.
const readData = async ({ bucket, key }: DataObject): Promise<Uint8Array> => {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return (await Body?.transformToByteArray()) ?? new Uint8Array();
};
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
    const event = await withData(parseEvent(Body), readData);
    if (MessageAttributes.type?.StringValue !== event.type) throw new Error('the attribute type differs');
    const { note = '' } = event.data as { readonly note?: string };
    const read = { id: event.id, group: Attributes?.MessageGroupId, noteLength: note.length };
    process.stdout.write(`${JSON.stringify(read)}\n`);
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  }
}
