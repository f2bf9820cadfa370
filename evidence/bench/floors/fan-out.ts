import { DynamoDBClient, PutItemCommand, type PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import { SendMessageBatchCommand, type SendMessageBatchCommandInput, SQSClient } from '@aws-sdk/client-sqs';
import { AWS_CLIENT } from '../../../lambdas/runtime/aws-client.ts';

const dynamo = new DynamoDBClient(AWS_CLIENT);
const sqs = new SQSClient({ ...AWS_CLIENT, useQueueUrlAsEndpoint: false });

/** The calls of one batch, made up before. */
export interface Calls {
  readonly puts: readonly PutItemCommandInput[];
  readonly sends: readonly SendMessageBatchCommandInput[];
}

/** The least that fan-out can do: the calls, and nothing to find out what they are to say. */
export const handler = async ({ puts, sends }: Calls) => {
  await Promise.all(puts.map((put) => dynamo.send(new PutItemCommand(put))));
  await Promise.all(sends.map((send) => sqs.send(new SendMessageBatchCommand(send))));
  return { batchItemFailures: [] };
};
