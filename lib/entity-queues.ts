import { Duration } from 'aws-cdk-lib';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { UNRECOGNIZED } from '../lambdas/core/entity.ts';
import { ENTITY_DEAD_LETTERS } from '../lambdas/core/routing-table.ts';
import { checkMaxReceiveCount } from './checks.ts';
import { checkVisibility, FifoQueue } from './fifo-queue.ts';
import { checkDistinctIds, toId } from './ids.ts';
import { SettingError } from './setting-error.ts';

/** Settings of the entity queues. A consumer can override the visibility time-out on receiving. */
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
  /** The distinct entities that can come. */
  readonly entities: readonly string[];
  /** Whether each of them has a queue. Otherwise there is only the one for unrecognized events. */
  readonly isEach: boolean;
}

/** One queue per entity, and one for unrecognized events. They have one dead-letter queue together. */
export class EntityQueues extends Construct {
  /** The entities that have a queue, without `unrecognized`. */
  readonly entities: readonly string[];
  /** By entity; the last one is `unrecognized`. */
  readonly all: ReadonlyMap<string, FifoQueue>;
  /** Whether each entity has a queue. */
  readonly isEach: boolean;
  readonly unrecognized: IQueue;
  readonly deadLetterQueue: FifoQueue;

  /** @throws {SettingError} if a setting is wrong, or an entity can't be the name of a queue. */
  constructor(scope: Construct, id: string, props: EntityQueuesProps) {
    super(scope, id);
    const { prefix, entities, isEach, visibilityTimeout = Duration.seconds(30), maxReceiveCount = 5 } = props;
    for (const entity of entities) checkEntity(entity);
    checkDistinctIds('entity', entities);
    checkMaxReceiveCount('entityQueues.maxReceiveCount', maxReceiveCount);
    checkVisibility('entityQueues.visibilityTimeout', visibilityTimeout);

    this.isEach = isEach;
    this.entities = isEach ? entities : [];
    // No entity can have that id, since none ends with "-dlq".
    this.deadLetterQueue = new FifoQueue(this, toId(ENTITY_DEAD_LETTERS), {
      name: `${prefix}-${ENTITY_DEAD_LETTERS}`,
    });
    const receives = { visibilityTimeout, maxReceiveCount, deadLetterQueue: this.deadLetterQueue };
    this.all = new Map(
      [...this.entities, UNRECOGNIZED].map((entity) => [
        entity,
        // Version 0.1.0 had each queue in a construct with its dead-letter queue.
        new FifoQueue(new Construct(this, toId(entity)), 'Queue', { name: `${prefix}-${entity}`, receives }),
      ]),
    );
    this.unrecognized = this.queue(UNRECOGNIZED);
  }

  /** The queue of an entity, or of `unrecognized`. @throws {SettingError} listing the entities, for an unknown one. */
  queue(entity: string): IQueue {
    const found = this.all.get(entity);
    if (found !== undefined) return found;
    throw new SettingError(`There is no queue for "${entity}": there are ${[...this.all.keys()].join(', ')}`);
  }
}

/** Keeps a queue's name within SQS's limit of 80 characters. */
const MAX_ENTITY_LENGTH = 40;

/** What stands behind the prefix in the names of Gatepost's own queues, and the name that an output of theirs has. */
export const OWN_QUEUES: readonly string[] = ['intake', 'intake-dead-letter', 'rejected', UNRECOGNIZED];

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
