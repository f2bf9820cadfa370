import { Duration } from 'aws-cdk-lib';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { BODIES, REJECTED_BODIES } from '../lambdas/bodies/keys.ts';
import {
  REJECTED_CONFIGURATION_FILE,
  type RejectedConfiguration,
} from '../lambdas/rejected/configuration.ts';
import type { Bodies } from './bodies.ts';
import type { EventLog } from './event-log.ts';
import type { Ingest } from './ingest.ts';
import { allow, NodeFunction } from './node-function.ts';
import type { ConfiguredSource } from './sources.ts';

export interface RetriesProps {
  readonly prefix: string;
  readonly sources: readonly ConfiguredSource[];
  readonly ingests: readonly Ingest[];
  readonly eventLog: EventLog;
  readonly intakeQueue: IQueue;
  readonly bodies: Bodies;
  /** Whether the console's buttons call it, and whether they show payloads. */
  readonly console: { readonly payloads: boolean } | undefined;
  readonly logRetention: RetentionDays;
}

/**
 * The function that checks rejected deliveries again, and stores the genuine ones. Only who may invoke it can do so:
 * `lambda:InvokeFunction`. It has no route, no queue and no schedule.
 */
export class Retries extends Construct {
  readonly function: NodeFunction;

  constructor(scope: Construct, id: string, props: RetriesProps) {
    super(scope, id);
    const { prefix, sources, ingests, eventLog, intakeQueue, bodies, console, logRetention } = props;
    const configuration: RejectedConfiguration = { sources: sources.map(({ source }) => source) };
    const secrets = ingests.flatMap(({ secret }) => (secret === undefined ? [] : [secret.secretArn]));
    this.function = new NodeFunction(this, 'Function', {
      functionName: `${prefix}-rejected`,
      description:
        'Checks rejected deliveries again, and stores the genuine ones; for the command and the console',
      entry: console === undefined ? 'lambdas/rejected/handler.ts' : 'lambdas/console/rejected-handler.ts',
      // The environment is too small for many sources.
      files: { [REJECTED_CONFIGURATION_FILE]: JSON.stringify(configuration) },
      timeout: Duration.minutes(2),
      // A trace tries many ways.
      memorySize: 1024,
      logRetention,
      environment: {
        EVENT_LOG_TABLE: eventLog.table.tableName,
        INTAKE_QUEUE_URL: intakeQueue.queueUrl,
        BODIES_BUCKET: bodies.bucket.bucketName,
        PREFIX: prefix,
        ...(console !== undefined && { PAYLOADS: console.payloads ? 'shown' : 'hidden' }),
      },
      objects: [
        { action: 's3:PutObject', bucket: bodies.bucket, folder: BODIES },
        { action: 's3:GetObject', bucket: bodies.bucket, folder: REJECTED_BODIES },
      ],
      statements: [
        allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], [eventLog.table.tableArn]),
        allow(['sqs:SendMessage'], [intakeQueue.queueArn]),
        ...(secrets.length === 0 ? [] : [allow(['secretsmanager:GetSecretValue'], secrets)]),
      ],
    });
  }
}
