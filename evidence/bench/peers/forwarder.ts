// A handler that does nothing but forward what comes to SQS, whoever sent it.
import { randomUUID } from 'node:crypto';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { AWS_CLIENT } from '../../../lambdas/runtime/aws-client.ts';

const sqs = new SQSClient({ ...AWS_CLIENT, useQueueUrlAsEndpoint: false });

export const handler = async ({ body }: APIGatewayProxyEventV2) => {
  const id = randomUUID();
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: process.env.INTAKE_QUEUE_URL,
      MessageBody: body,
      MessageGroupId: id,
      MessageDeduplicationId: id,
    }),
  );
  return { statusCode: 200, body: '{}' };
};
