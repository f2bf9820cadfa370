import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { type IQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { REJECTED_BODIES } from '../lambdas/bodies/keys.ts';
import type { Bodies } from './bodies.ts';
import type { EventLog } from './event-log.ts';
import { COMMON } from './fifo-queue.ts';
import { allow, NodeFunction } from './node-function.ts';

export interface RejectedProps {
  readonly prefix: string;
  readonly eventLog: EventLog;
  readonly bodies: Bodies;
  readonly logRetention: RetentionDays;
}

/** Keeps rejected deliveries: a queue that forgets within a day, and the one writer behind it. */
export class Rejected extends Construct {
  readonly queue: IQueue;
  readonly keeper: NodeFunction;

  constructor(scope: Construct, id: string, props: RejectedProps) {
    super(scope, id);
    const { prefix, eventLog, bodies, logRetention } = props;
    const queue = new Queue(this, 'Queue', {
      ...COMMON,
      queueName: `${prefix}-rejected.fifo`,
      visibilityTimeout: Duration.seconds(6 * KEEPER_TIMEOUT_SECONDS),
      retentionPeriod: Duration.days(1),
      // Without the stack it can't be checked again.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    Validations.of(queue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason:
        'What strangers sent must not rest in a further queue: the writer drops what can not be kept, and counts it',
    });
    this.queue = queue;
    const { tableName, tableArn } = eventLog.table;
    this.keeper = new NodeFunction(this, 'Keeper', {
      functionName: `${prefix}-keep-rejected`,
      description: 'Keeps rejected deliveries in the event log, within a quota of each source and day',
      entry: 'lambdas/rejected/keep-handler.ts',
      timeout: Duration.seconds(KEEPER_TIMEOUT_SECONDS),
      memorySize: 256,
      logRetention,
      environment: { EVENT_LOG_TABLE: tableName, BODIES_BUCKET: bodies.bucket.bucketName },
      objects: [{ action: 's3:PutObject', bucket: bodies.bucket, folder: REJECTED_BODIES }],
      statements: [
        allow(['dynamodb:PutItem', 'dynamodb:UpdateItem'], [tableArn]),
        // For Lambda's polling. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
        allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], [queue.queueArn]),
      ],
    });
    new EventSourceMapping(this, 'RejectedToKeeper', {
      target: this.keeper,
      eventSourceArn: queue.queueArn,
      batchSize: 10,
      reportBatchItemFailures: true,
      // The least that Lambda allows. What waits here delays no delivery.
      maxConcurrency: 2,
    });
  }
}

const KEEPER_TIMEOUT_SECONDS = 30;
