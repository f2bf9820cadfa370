import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { MAX_MESSAGE_BYTES, QUEUE_RETENTION_SECONDS } from '../lambdas/core/delivery.ts';

export interface FifoQueueProps {
  /** Without `-dlq` and `.fifo`. */
  readonly name: string;
  readonly visibilityTimeout: Duration;
  readonly maxReceiveCount: number;
}

/**
 * A FIFO queue and its dead-letter queue, both encrypted, with TLS only, and with SQS's longest retention. In
 * high-throughput mode, message groups don't wait for each other.
 *
 * Both are retained when the stack is deleted or the source is removed, since they may hold unconsumed events. If their
 * creation is rolled back, they are deleted. docs/deploy.md says how to deploy over retained queues.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/high-throughput-fifo.html
 */
export class FifoQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetterQueue: Queue;

  constructor(scope: Construct, id: string, { name, visibilityTimeout, maxReceiveCount }: FifoQueueProps) {
    super(scope, id);
    this.deadLetterQueue = new Queue(this, 'DeadLetterQueue', { ...COMMON, queueName: `${name}-dlq.fifo` });
    this.queue = new Queue(this, 'Queue', {
      ...COMMON,
      queueName: `${name}.fifo`,
      visibilityTimeout,
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount },
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
