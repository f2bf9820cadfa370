import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AWS_CLIENT } from '../../../lambdas/runtime/aws-client.ts';

const sqs = new SQSClient({ ...AWS_CLIENT, useQueueUrlAsEndpoint: false });

/** The client that an ingest function without a secret uses. Nobody calls it: what is measured is the start. */
export const handler = async () => {
  await sqs.send(new SendMessageCommand({ QueueUrl: process.env.INTAKE_QUEUE_URL, MessageBody: 'body' }));
};
