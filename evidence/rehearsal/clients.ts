import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ApiGatewayV2Client } from '@aws-sdk/client-apigatewayv2';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { ROOT } from './ministack/ministack.ts';
import type { Target } from './target.ts';

/** What everything is read back with: the AWS SDK's clients, and the files that were uploaded. */
export type Clients = ReturnType<typeof createClients>;

/** @param assemblies the directories of the cloud assemblies: the CDK CLI keeps there what it uploaded. */
export const createClients = ({ endpoint, region }: Target, assemblies: readonly string[]) => {
  const options = { endpoint, region, credentials: ROOT };
  return {
    packedAsset: (objectKey: string) =>
      Promise.any(assemblies.map((assembly) => readFile(join(assembly, '.cache', objectKey)))),
    apiGateway: new ApiGatewayV2Client(options),
    cloudFormation: new CloudFormationClient(options),
    cloudWatch: new CloudWatchClient(options),
    dynamoDb: new DynamoDBClient(options),
    iam: new IAMClient(options),
    lambda: new LambdaClient(options),
    logs: new CloudWatchLogsClient(options),
    // This process does not resolve the host name of a bucket.
    s3: new S3Client({ ...options, forcePathStyle: true }),
    secrets: new SecretsManagerClient(options),
    sns: new SNSClient(options),
    sqs: new SQSClient(options),
  };
};
