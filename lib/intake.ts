import { Duration } from 'aws-cdk-lib';
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { BODIES, DATA } from '../lambdas/bodies/keys.ts';
import { deadLettersOf, ROUTING_FILE, type RoutingTable } from '../lambdas/core/routing-table.ts';
import { ENTITY_INDEX } from '../lambdas/event-log/schema.ts';
import { METRIC_NAMESPACE_VARIABLE, metricNamespace } from '../lambdas/runtime/metric-schema.ts';
import type { Bodies } from './bodies.ts';
import { checkDuration, checkMaxReceiveCount, shown } from './checks.ts';
import type { Consumers } from './consumers.ts';
import type { EntityQueues } from './entity-queues.ts';
import type { EventLog } from './event-log.ts';
import { FifoQueue } from './fifo-queue.ts';
import {
  DEDUPLICATION_SECONDS,
  FAN_OUT_TIMEOUT_SECONDS,
  MAX_CONCURRENCY,
  MAX_VISIBILITY_SECONDS,
  MIN_VISIBILITY_SECONDS,
  VISIBILITY_SECONDS,
} from './intake-times.ts';
import { allow, NodeFunction } from './node-function.ts';
import { sendPermissions } from './send-policies.ts';
import { SettingError } from './setting-error.ts';

/** Settings of the intake queue: fan-out's retries. */
export interface IntakeOptions {
  /**
   * How long a failed delivery waits for its next attempt: at least 30 seconds, fan-out's time-out, and at most 4 minutes,
   * so that FIFO deduplication, which lasts for 5, covers messages sent before the failure.
   * Default: 180 seconds, six times the time-out, as Lambda recommends.
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
   */
  readonly visibilityTimeout?: Duration;
  /**
   * How often fan-out tries before a delivery goes to the dead-letter queue: 1 to 1,000 times.
   * Default: 240, which is 12 hours with the default visibility time-out, so that an outage of DynamoDB requires no redrive.
   */
  readonly maxReceiveCount?: number;
  /**
   * The most executions of fan-out at the same time: 2 to 1,000. A backlog is then worked off without taking the account's
   * whole concurrency, and ingest with it. Default: 5, half of what a new account has in all. See docs/scale.md.
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
   */
  readonly maxConcurrency?: number;
}

export interface IntakeProps extends IntakeOptions {
  readonly prefix: string;
  readonly eventLog: EventLog;
  readonly bodies: Bodies;
  /** The entities that can come. */
  readonly entities: readonly string[];
  readonly entityQueues: EntityQueues;
  readonly consumers: Consumers;
  readonly logRetention: RetentionDays;
}

/** The intake queue, which stores every accepted delivery, and fan-out, which processes it. */
export class Intake extends Construct {
  readonly queue: IQueue;
  readonly deadLetterQueue: IQueue;
  readonly fanOut: NodeFunction;
  readonly routing: RoutingTable;

  /** @throws {SettingError} if a setting is wrong. */
  constructor(scope: Construct, id: string, props: IntakeProps) {
    super(scope, id);
    const {
      prefix,
      visibilityTimeout = Duration.seconds(VISIBILITY_SECONDS),
      maxReceiveCount = 240,
      maxConcurrency = MAX_CONCURRENCY,
    } = props;
    checkVisibility(visibilityTimeout);
    checkMaxReceiveCount('intake.maxReceiveCount', maxReceiveCount);
    checkMaxConcurrency(maxConcurrency);

    const fifo = new Construct(this, 'Fifo');
    const deadLetterQueue = new FifoQueue(fifo, 'DeadLetterQueue', { name: `${prefix}-intake-dlq` });
    this.deadLetterQueue = deadLetterQueue;
    this.queue = new FifoQueue(fifo, 'Queue', {
      name: `${prefix}-intake`,
      receives: { visibilityTimeout, maxReceiveCount, deadLetterQueue },
    });
    this.routing = {
      entities: props.entities,
      entityQueues: props.entityQueues.isEach,
      consumers: props.consumers.routes,
    };
    this.fanOut = this.addFanOut(props);
    new EventSourceMapping(this, 'IntakeToFanOut', {
      target: this.fanOut,
      eventSourceArn: this.queue.queueArn,
      batchSize: 10,
      reportBatchItemFailures: true,
      maxConcurrency,
    });
  }

  private addFanOut(props: IntakeProps): NodeFunction {
    const { prefix, eventLog, bodies, entityQueues, consumers, logRetention } = props;
    const { inline, managed } = sendPermissions(prefix, [
      ...[...entityQueues.all].map(([name, queue]) => ({ name, arn: queue.queueArn })),
      ...[...consumers.all.values()].flatMap(({ consumerName, queues, deadLetterQueue }) => [
        ...[...queues].map(([name, queue]) => ({ name, arn: queue.queueArn })),
        { name: deadLettersOf(consumerName), arn: deadLetterQueue.queueArn },
      ]),
    ]);
    const fanOut = new NodeFunction(this, 'FanOut', {
      functionName: `${prefix}-fan-out`,
      description:
        'Takes deliveries from the intake queue, claims their events and sends each to the queues that want it',
      entry: 'lambdas/fan-out/handler.ts',
      files: { [ROUTING_FILE]: JSON.stringify(this.routing) },
      timeout: Duration.seconds(FAN_OUT_TIMEOUT_SECONDS),
      memorySize: 512,
      logRetention,
      environment: {
        EVENT_LOG_TABLE: eventLog.table.tableName,
        RETENTION_SECONDS: String(eventLog.retentionSeconds),
        BODIES_BUCKET: bodies.bucket.bucketName,
        UNRECOGNIZED_QUEUE_URL: entityQueues.unrecognized.queueUrl,
        ...(eventLog.indexes.includes(ENTITY_INDEX.name) && { SEARCH_BY_ENTITY: 'true' }),
        [METRIC_NAMESPACE_VARIABLE]: metricNamespace(prefix),
      },
      objects: [
        { action: 's3:GetObject', bucket: bodies.bucket, folder: BODIES },
        { action: 's3:PutObject', bucket: bodies.bucket, folder: BODIES },
        { action: 's3:PutObject', bucket: bodies.bucket, folder: DATA },
      ],
      statements: [
        ...inline,
        allow(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], [eventLog.table.tableArn]),
        // For Lambda's polling. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
        allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], [this.queue.queueArn]),
      ],
    });
    for (const [index, statement] of managed.entries()) {
      const policy = new ManagedPolicy(this, `Send${index + 1}`, {
        description: `Queues that ${prefix}-fan-out sends to, part ${index + 1}`,
        roles: fanOut.role === undefined ? [] : [fanOut.role],
        statements: [statement],
      });
      // A new routing table must not come before the permission to send by it.
      fanOut.node.addDependency(policy);
    }
    return fanOut;
  }
}

const checkMaxConcurrency = (count: unknown): void => {
  if (Number.isInteger(count) && Number(count) >= 2 && Number(count) <= 1000) return;
  throw new SettingError(
    `intake.maxConcurrency is ${shown(count)}; it must be a whole number from 2 to 1000`,
  );
};

const checkVisibility = (visibility: Duration): void => {
  checkDuration('intake.visibilityTimeout', visibility);
  const seconds = visibility.toSeconds();
  if (seconds >= MIN_VISIBILITY_SECONDS && seconds <= MAX_VISIBILITY_SECONDS) return;
  throw new SettingError(
    `intake.visibilityTimeout is ${seconds} seconds; it must be at least ${MIN_VISIBILITY_SECONDS} seconds, fan-out's time-out, and at most ${MAX_VISIBILITY_SECONDS} seconds: SQS deduplicates within ${DEDUPLICATION_SECONDS} seconds, which must include the second attempt`,
  );
};
