import type { CloudWatchLogsClientConfig } from '@aws-sdk/client-cloudwatch-logs';
import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import type { SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';
import type { SQSClientConfig } from '@aws-sdk/client-sqs';
import type { Source } from '../../lambdas/core/source.ts';

/** Which deployment is meant, as the command line says it. */
export interface Place {
  readonly local: boolean;
  readonly stack: string;
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
}

/** A Gatepost that runs: on AWS or on the local stack. All that a command needs to know about it, and nothing that is secret. */
export interface Deployment {
  /** `local`: what `npm start` runs. `stack`: one on AWS. */
  readonly kind: 'local' | 'stack';
  /** What it is called in a sentence: `the local stack`, `the stack Gatepost`. */
  readonly name: string;
  /** What the names of its resources begin with: `gatepost`. */
  readonly prefix: string;
  readonly sources: readonly DeployedSource[];
  /** The DynamoDB table of the event log, by its name. */
  readonly eventLogTable: string;
  readonly intakeQueueUrl: string;
  readonly intakeDeadLetterQueueUrl: string;
  /** The URLs of the queues that consumers read, by entity, `unrecognized` among them. Each has a DLQ, which its `RedrivePolicy` names. */
  readonly queues: Readonly<Record<string, string>>;
  /** The log groups of the functions, by the function's name. */
  readonly logGroups: Readonly<Record<string, string>>;
  /** What a client of the SDK is made with: `new SQSClient(deployment.clients.sqs)`. */
  readonly clients: DeploymentClients;
}

/** A source as it is deployed, with the settings that its function has. */
export interface DeployedSource extends Source {
  /** What the provider posts to. It has `{event}` in it where the provider says the event in the URL. */
  readonly url: string;
  /** The name of its ingest function. */
  readonly functionName: string;
  /** Of its secret in Secrets Manager; absent for a provider that has none. */
  readonly secretArn?: string | undefined;
}

export interface DeploymentClients {
  readonly sqs: SQSClientConfig;
  readonly dynamodb: DynamoDBClientConfig;
  readonly secretsManager: SecretsManagerClientConfig;
  /** CloudWatch Logs */
  readonly logs: CloudWatchLogsClientConfig;
}
