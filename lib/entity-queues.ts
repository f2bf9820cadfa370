import { Duration } from 'aws-cdk-lib';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { UNRECOGNIZED } from '../lambdas/core/entity.ts';
import { checkDuration, checkMaxReceiveCount } from './checks.ts';
import { FifoQueue } from './fifo-queue.ts';
import { checkDistinctIds, toId } from './ids.ts';
import { SettingError } from './setting-error.ts';

/** Settings of the entity queues, for your consumers. A consumer can override the visibility time-out on receiving. */
export interface EntityQueueOptions {
  /**
   * The visibility time-out, 12 hours at most. For a Lambda consumer at least its time-out, better six times that.
   * Default: 30 seconds.
   */
  readonly visibilityTimeout?: Duration;
  /** How often a message is received before it goes to the dead-letter queue: 1 to 1,000 times. Default: 5. */
  readonly maxReceiveCount?: number;
}

export interface EntityQueuesProps extends EntityQueueOptions {
  readonly prefix: string;
  /** The distinct entities of all sources. */
  readonly entities: readonly string[];
}

/** One queue per entity, and one for unrecognized events. */
export class EntityQueues extends Construct {
  /** Without `unrecognized`. */
  readonly entities: readonly string[];
  /** By entity; the last one is `unrecognized`. */
  readonly all: ReadonlyMap<string, FifoQueue>;
  readonly unrecognized: IQueue;

  /** @throws {SettingError} if a setting is wrong, or an entity can't be the name of a queue. */
  constructor(scope: Construct, id: string, props: EntityQueuesProps) {
    super(scope, id);
    const { prefix, entities, visibilityTimeout = Duration.seconds(30), maxReceiveCount = 5 } = props;
    for (const entity of entities) checkEntity(entity);
    checkDistinctIds('entity', entities);
    checkMaxReceiveCount('entityQueues.maxReceiveCount', maxReceiveCount);
    checkVisibility(visibilityTimeout);

    this.entities = entities;
    this.all = new Map(
      [...entities, UNRECOGNIZED].map((entity) => [
        entity,
        new FifoQueue(this, toId(entity), {
          name: `${prefix}-${entity}`,
          visibilityTimeout,
          maxReceiveCount,
        }),
      ]),
    );
    this.unrecognized = this.queue(UNRECOGNIZED);
  }

  /** The queue of an entity, or of `unrecognized`. @throws {SettingError} listing the entities, for an unknown one. */
  queue(entity: string): IQueue {
    const found = this.all.get(entity);
    if (found !== undefined) return found.queue;
    throw new SettingError(
      `There is no queue for "${entity}": the configured sources know ${[...this.all.keys()].join(', ')}`,
    );
  }
}

/** Keeps the dead-letter queue's name within SQS's limit of 80 characters. */
const MAX_ENTITY_LENGTH = 40;

const OWN_QUEUES: readonly string[] = ['intake', 'rejected', UNRECOGNIZED];

const checkEntity = (entity: string): void => {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(entity) || entity.length > MAX_ENTITY_LENGTH) {
    throw new SettingError(
      `The entity "${entity}" can't be the name of a queue; it must be lower-case words joined by hyphens, such as "booking-note", ${MAX_ENTITY_LENGTH} characters at most`,
    );
  }
  if (OWN_QUEUES.includes(entity) || entity.endsWith('-dlq')) {
    throw new SettingError(
      `The entity "${entity}" conflicts with the name of one of Gatepost's own queues; it needs another name`,
    );
  }
};

const checkVisibility = (visibility: Duration): void => {
  checkDuration('entityQueues.visibilityTimeout', visibility);
  const seconds = visibility.toSeconds();
  const most = Duration.hours(12).toSeconds();
  if (seconds > most) {
    throw new SettingError(
      `entityQueues.visibilityTimeout is ${seconds} seconds; SQS allows ${most} seconds (12 hours) at most`,
    );
  }
};
