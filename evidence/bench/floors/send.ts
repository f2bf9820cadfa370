import { randomUUID } from 'node:crypto';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { AWS_CLIENT } from '../../../lambdas/runtime/aws-client.ts';

const sqs = new SQSClient({ ...AWS_CLIENT, useQueueUrlAsEndpoint: false });

/**
 * The least that an ingest function can do: check the signature, parse the JSON, send one message.
 *
 * @param isGenuine checks the signature of a body.
 */
export const floor =
  (isGenuine: (body: Buffer, headers: APIGatewayProxyEventV2['headers']) => boolean | Promise<boolean>) =>
  async ({ headers, body = '' }: APIGatewayProxyEventV2): Promise<{ readonly statusCode: number }> => {
    if (!(await isGenuine(Buffer.from(body), headers))) return { statusCode: 401 };
    JSON.parse(body);
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: process.env.INTAKE_QUEUE_URL,
        MessageBody: body,
        MessageGroupId: 'group',
        MessageDeduplicationId: randomUUID(),
      }),
    );
    return { statusCode: 200 };
  };
