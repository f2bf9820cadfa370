import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AWS_CLIENT } from '../../../lambdas/runtime/aws-client.ts';

const sqs = new SQSClient({ ...AWS_CLIENT, useQueueUrlAsEndpoint: false });
const secretsManager = new SecretsManagerClient(AWS_CLIENT);

/** The clients that an ingest function uses, ready to be asked. Nobody calls it: what is measured is the start. */
export const handler = async () => {
  const { SecretString } = await secretsManager.send(
    new GetSecretValueCommand({ SecretId: process.env.SECRET_ARN }),
  );
  await sqs.send(
    new SendMessageCommand({ QueueUrl: process.env.INTAKE_QUEUE_URL, MessageBody: SecretString }),
  );
};
