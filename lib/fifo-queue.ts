import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { MAX_MESSAGE_BYTES } from '../lambdas/core/delivery.ts';

export interface FifoQueueProps {
  /** Its name without `.fifo`; the dead-letter queue's ends in `-dlq`. */
  readonly name: string;
  /** How long a message that was received stays hidden from others. */
  readonly visibilityTimeout: Duration;
  /** How often a message is received before it goes to the dead-letter queue. */
  readonly maxReceiveCount: number;
}

/**
 * A FIFO queue with a dead-letter queue behind it, both encrypted, reached over TLS only, and kept for the longest that
 * SQS allows. Its throughput is high: order is kept within a message group, and groups don't wait for each other.
 *
 * Both are retained when the stack is deleted or the source is taken out of it, since they may hold unconsumed
 * events; a deployment that fails half-way takes back those that it made. How to deploy over retained ones:
 * docs/deploy.md.
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

const COMMON = {
  fifo: true,
  deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
  fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
  retentionPeriod: Duration.days(14),
  maxMessageSizeBytes: MAX_MESSAGE_BYTES,
  removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
} as const;
