import type { CloudWatchLogsClientConfig } from '@aws-sdk/client-cloudwatch-logs';
import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import type { LambdaClientConfig } from '@aws-sdk/client-lambda';
import type { SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';
import type { SQSClientConfig } from '@aws-sdk/client-sqs';
import type { S3Configuration } from '../../lambdas/bodies/s3.ts';
import type { RoutingTable } from '../../lambdas/core/routing-table.ts';
import type { Source } from '../../lambdas/core/source.ts';

/** The options that select a deployment. */
export interface Place {
  readonly local: boolean;
  readonly stack: string;
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
}

/** A deployment of Gatepost, on AWS or on the local stack. It holds no secrets. */
export interface Deployment {
  /** `local`: what `npm start` runs. `stack`: a stack on AWS. */
  readonly kind: 'local' | 'stack';
  /** Its name in messages: `the local stack`, `the stack Gatepost`. */
  readonly name: string;
  /** The prefix of the names of its resources: `gatepost`. */
  readonly prefix: string;
  readonly sources: readonly DeployedSource[];
  readonly eventLogTable: string;
  /** The name of the function that checks rejected deliveries again. Absent if no source keeps any. */
  readonly rejectedFunction?: string | undefined;
  readonly intakeQueueUrl: string;
  readonly intakeDeadLetterQueueUrl: string;
  /**
   * The URLs of the queues that consumers read, by name without the prefix and `.fifo`: `company`, `unrecognized`, `crm`,
   * `audit_company`.
   */
  readonly queues: Readonly<Record<string, string>>;
  /**
   * Reads which queues get which events, from the stack's template.
   *
   * @throws {CliError} where it can't be read.
   */
  readonly routing: () => Promise<RoutingTable>;
  /** The log groups of the functions, by the function's name. */
  readonly logGroups: Readonly<Record<string, string>>;
  /** The configurations of the SDK's clients: `new SQSClient(deployment.clients.sqs)`. */
  readonly clients: DeploymentClients;
}

/** A source with the settings of its deployed function. */
export interface DeployedSource extends Source {
  /** The URL that the provider posts to. It contains `{event}` where the provider puts the event into the URL. */
  readonly url: string;
  /** The name of its ingest function. */
  readonly functionName: string;
  /** Absent for a provider that has no secret. */
  readonly secretArn?: string | undefined;
}

export interface DeploymentClients {
  readonly sqs: SQSClientConfig;
  readonly dynamodb: DynamoDBClientConfig;
  readonly s3: S3Configuration;
  readonly secretsManager: SecretsManagerClientConfig;
  readonly logs: CloudWatchLogsClientConfig;
  /** Lambda, to invoke a function. */
  readonly invoke: LambdaClientConfig;
  /** Lambda, to change a function. Absent on the local stack, which invokes functions only. */
  readonly lambda?: LambdaClientConfig;
}
