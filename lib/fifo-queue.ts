import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { MAX_MESSAGE_BYTES, QUEUE_RETENTION_SECONDS } from '../lambdas/core/delivery.ts';
import { checkDuration } from './checks.ts';
import { SettingError } from './setting-error.ts';

export interface FifoQueueProps {
  /** Without `.fifo`. */
  readonly name: string;
  /** Omitted for a dead-letter queue. */
  readonly receives?: {
    readonly visibilityTimeout: Duration;
    /** How often a message is received before it goes to the dead-letter queue. */
    readonly maxReceiveCount: number;
    readonly deadLetterQueue: Queue;
  };
}

/**
 * A FIFO queue, encrypted, with TLS only, and with SQS's longest retention. In high-throughput mode, message groups don't
 * wait for each other.
 *
 * It is retained when the stack is deleted or no longer has it, since it may hold unconsumed events. If its creation is
 * rolled back, it is deleted. docs/deploy.md says how to deploy over retained queues.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/high-throughput-fifo.html
 */
export class FifoQueue extends Queue {
  constructor(scope: Construct, id: string, { name, receives }: FifoQueueProps) {
    super(scope, id, {
      ...COMMON,
      queueName: `${name}.fifo`,
      ...(receives !== undefined && {
        visibilityTimeout: receives.visibilityTimeout,
        deadLetterQueue: { queue: receives.deadLetterQueue, maxReceiveCount: receives.maxReceiveCount },
      }),
    });
  }
}

/** What all queues of Gatepost have. */
export const COMMON = {
  fifo: true,
  deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
  fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
  retentionPeriod: Duration.seconds(QUEUE_RETENTION_SECONDS),
  maxMessageSizeBytes: MAX_MESSAGE_BYTES,
  removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
} as const;

/** @param name the prop's name. @throws {SettingError} if SQS would refuse the visibility time-out. */
export const checkVisibility = (name: string, visibility: Duration): void => {
  checkDuration(name, visibility);
  const seconds = visibility.toSeconds();
  const most = Duration.hours(12).toSeconds();
  if (seconds <= most) return;
  throw new SettingError(`${name} is ${seconds} seconds; SQS allows ${most} seconds (12 hours) at most`);
};
