import { Duration } from 'aws-cdk-lib';
import {
  AccountPrincipal,
  ArnPrincipal,
  Effect,
  type IGrantable,
  type IPrincipal,
  PolicyStatement,
} from 'aws-cdk-lib/aws-iam';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type EventPattern, matchesPattern } from '../lambdas/core/event-pattern.ts';
import { consumerQueue, deadLettersOf, type RoutedConsumer } from '../lambdas/core/routing-table.ts';
import type { Bodies } from './bodies.ts';
import { checkMaxReceiveCount, checkObject, shown } from './checks.ts';
import {
  CONSUMER_PROPS,
  type ConsumerProps,
  checkConsumerName,
  type PossibleEvent,
  readConsumerPatterns,
} from './consumer-props.ts';
import { checkVisibility, FifoQueue } from './fifo-queue.ts';
import { checkDistinctIds, toId } from './ids.ts';
import { checkPropNames } from './prop-names.ts';
import { SettingError } from './setting-error.ts';
import { checkEmails } from './watch/alarm-topics.ts';

export interface ConsumersProps {
  readonly prefix: string;
  readonly consumers: Readonly<Record<string, ConsumerProps>>;
  /** All events that the sources can deliver. */
  readonly possible: readonly PossibleEvent[];
  /** The entities of the sources' catalogues, also those that are not chosen: their queues may exist from before. */
  readonly entities: readonly string[];
  readonly bodies: Bodies;
}

/** The consumers with queues of their own. */
export class Consumers extends Construct {
  /** By name, sorted. */
  readonly all: ReadonlyMap<string, Consumer>;

  /** @throws {SettingError} if a consumer is wrong, with a sentence that says what is allowed. */
  constructor(scope: Construct, id: string, props: ConsumersProps) {
    super(scope, id);
    const { prefix, consumers, possible, entities, bodies } = props;
    checkObject('consumers', consumers, ", such as { crm: { events: ['company.*'] } }");
    checkDistinctIds('consumer', Object.keys(consumers));
    this.all = new Map(
      Object.keys(consumers)
        .sort()
        .map((name) => {
          checkConsumerName(name, entities);
          const own = consumers[name] as ConsumerProps;
          return [name, new Consumer(this, toId(name), { name, prefix, props: own, possible, bodies })];
        }),
    );
    checkBucketPolicy(prefix, [...this.all.values()]);
  }

  /** @throws {SettingError} listing the consumers, for an unknown one. */
  named(name: string): Consumer {
    const found = this.all.get(name);
    if (found !== undefined) return found;
    throw new SettingError(
      `There is no consumer "${name}"; there are ${[...this.all.keys()].join(', ') || 'none'}`,
    );
  }

  /** For fan-out's routing table. */
  get routes(): readonly RoutedConsumer[] {
    return [...this.all.values()].map(({ route }) => route);
  }
}

/** A policy of a bucket has 20 KB, of which some is for the rule of TLS. https://docs.aws.amazon.com/AmazonS3/latest/userguide/add-bucket-policy.html */
const MAX_BUCKET_POLICY = 18_000;
/** What a statement has beside principals and resources, and what a principal has, in bytes. */
const [STATEMENT, PRINCIPAL] = [150, 80];

const checkBucketPolicy = (prefix: string, consumers: readonly Consumer[]): void => {
  const arn = `"arn:aws:s3:::${prefix}-bodies-111122223333-ap-southeast-2/data/*/*",`.length;
  const bytes = consumers
    .filter(({ isShared }) => isShared)
    .reduce(
      (sum, { entities, allowedCount }) =>
        sum +
        STATEMENT +
        allowedCount * PRINCIPAL +
        entities.reduce((length, entity) => length + arn + entity.length, 0),
      0,
    );
  if (bytes <= MAX_BUCKET_POLICY) return;
  throw new SettingError(
    `The consumers with accounts or principals get so many entities that the policy of the bucket would have ${bytes} bytes, and S3 allows 20 KB: choose fewer events for them, or grant it to roles of this account in code`,
  );
};

interface ConsumerConstructProps {
  readonly name: string;
  readonly prefix: string;
  readonly props: ConsumerProps;
  readonly possible: readonly PossibleEvent[];
  readonly bodies: Bodies;
}

/** A consumer: its queues, with one dead-letter queue together, and who may consume them. */
export class Consumer extends Construct {
  readonly consumerName: string;
  /** By name, without the prefix and `.fifo`: `crm`, or `audit_company`. */
  readonly queues: ReadonlyMap<string, IQueue>;
  readonly deadLetterQueue: IQueue;
  /** For fan-out's routing table. */
  readonly route: RoutedConsumer;
  /** The entities whose events it gets. */
  readonly entities: readonly string[];
  /** The addresses that are told of its alarms. */
  readonly emails: readonly string[];
  /** Whether accounts or principals are named that may consume. */
  readonly isShared: boolean;
  /** How many accounts and principals are named. */
  readonly allowedCount: number;
  readonly #bodies: Bodies;

  /** @throws {SettingError} if a prop is wrong. */
  constructor(scope: Construct, id: string, config: ConsumerConstructProps) {
    super(scope, id);
    const { name, prefix, props, possible, bodies } = config;
    checkPropNames<ConsumerProps>(`consumers.${name}`, checkGiven(name, props), CONSUMER_PROPS);
    const { events, queues = 'one', accounts = [], principals = [] } = props;
    const { visibilityTimeout = Duration.seconds(30), maxReceiveCount = 5 } = props;
    checkQueues(name, queues);
    checkMaxReceiveCount(`consumers.${name}.maxReceiveCount`, maxReceiveCount);
    checkVisibility(`consumers.${name}.visibilityTimeout`, visibilityTimeout);

    const patterns = readConsumerPatterns(name, events, possible);
    this.consumerName = name;
    this.entities = entitiesOf(patterns, possible);
    this.route = { name, events, queues };
    this.emails = checkEmails(props.alarmEmail, `consumers.${name}.alarmEmail`);
    this.#bodies = bodies;

    const deadLetterQueue = new FifoQueue(this, 'DeadLetterQueue', {
      name: `${prefix}-${deadLettersOf(name)}`,
    });
    this.deadLetterQueue = deadLetterQueue;
    const receives = { visibilityTimeout, maxReceiveCount, deadLetterQueue };
    const names: readonly (readonly [id: string, name: string])[] =
      queues === 'one'
        ? [['Queue', name]]
        : this.entities.map((entity) => [`Of${toId(entity)}`, consumerQueue(name, entity)]);
    this.queues = new Map(
      names.map(([queueId, queue]) => {
        checkLength(name, `${prefix}-${queue}.fifo`);
        return [queue, new FifoQueue(this, queueId, { name: `${prefix}-${queue}`, receives })];
      }),
    );
    const allowed = [...readAccounts(name, accounts), ...readPrincipals(name, principals)];
    checkAllowed(name, allowed.length, [...accounts, ...principals]);
    this.isShared = allowed.length > 0;
    this.allowedCount = allowed.length;
    if (this.isShared) this.allow(allowed);
  }

  /**
   * One of its queues.
   *
   * @param entity for a consumer with one queue an entity. Default: its only queue.
   * @throws {SettingError} listing the entities, for an unknown one or none.
   */
  queue(entity?: string): IQueue {
    const { consumerName, queues, entities, route } = this;
    const found = queues.get(entity === undefined ? consumerName : consumerQueue(consumerName, entity));
    if (found !== undefined) return found;
    throw new SettingError(
      route.queues === 'one'
        ? `Consumer "${consumerName}" has one queue for all entities; leave "${entity}" out`
        : `Consumer "${consumerName}" has no queue for ${entity === undefined ? 'all entities' : `"${entity}"`}; there are those of ${entities.join(', ')}`,
    );
  }

  /** For what watches its queues: its name, if it is told of its own alarms. */
  get owner(): { readonly owner?: string } {
    return this.emails.length > 0 ? { owner: this.consumerName } : {};
  }

  /**
   * Allows a role or a user to receive and delete the messages of the consumer's queues, and to read the data of its events
   * that are too large for a message.
   */
  grantConsume(grantee: IGrantable): void {
    for (const queue of this.queues.values()) queue.grantConsumeMessages(grantee);
    for (const entity of this.entities) this.#bodies.grantRead(entity, grantee);
  }

  /** In the policies of the queues and of the bucket, where other accounts can be named too. */
  private allow(principals: IPrincipal[]): void {
    for (const queue of this.queues.values()) {
      queue.addToResourcePolicy(
        new PolicyStatement({
          sid: 'Consume',
          effect: Effect.ALLOW,
          principals,
          actions: CONSUME,
          resources: [queue.queueArn],
        }),
      );
    }
    this.#bodies.allowRead(`${toId(this.consumerName)}Reads`, this.entities, principals);
  }
}

const CONSUME = [
  'sqs:ReceiveMessage',
  'sqs:DeleteMessage',
  'sqs:ChangeMessageVisibility',
  'sqs:GetQueueAttributes',
  'sqs:GetQueueUrl',
];

/**
 * The entities whose events a consumer may get, sorted. Without the actions: an event whose name no catalogue lists may have
 * any.
 */
const entitiesOf = (
  patterns: readonly EventPattern[],
  possible: readonly PossibleEvent[],
): readonly string[] => {
  const wanted = possible.filter((event) =>
    patterns.some((pattern) => matchesPattern({ ...pattern, action: '*' }, event)),
  );
  return [...new Set(wanted.map(({ entity }) => entity))].sort();
};

const checkGiven = (name: string, props: ConsumerProps): ConsumerProps => {
  checkObject(`consumers.${name}`, props, ", such as { events: ['company.*'] }");
  return props;
};

const checkQueues = (name: string, queues: unknown): void => {
  if (queues === 'one' || queues === 'per-entity') return;
  throw new SettingError(`Consumer "${name}": queues is ${shown(queues)}; it must be "one" or "per-entity"`);
};

/** A policy of a queue names 50 principals, and has 8,192 bytes. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html */
const MAX_ALLOWED = 50;

const checkAllowed = (name: string, count: number, texts: readonly string[]): void => {
  const [twice] = texts.filter((text, index) => texts.indexOf(text) !== index);
  if (twice !== undefined) {
    throw new SettingError(`Consumer "${name}": "${twice}" is named twice; leave one of them out`);
  }
  if (count <= MAX_ALLOWED) return;
  throw new SettingError(
    `Consumer "${name}": accounts and principals name ${count}, and SQS allows ${MAX_ALLOWED} in the policy of a queue; grant it to roles of their own account instead`,
  );
};

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html */
const MAX_QUEUE_NAME = 80;

const checkLength = (consumer: string, queue: string): void => {
  if (queue.length <= MAX_QUEUE_NAME) return;
  throw new SettingError(
    `Consumer "${consumer}": the name of its queue ${queue} has ${queue.length} characters, and SQS allows ${MAX_QUEUE_NAME}; give the consumer or the prefix a shorter name, or use one queue for all entities`,
  );
};

const readAccounts = (consumer: string, accounts: unknown): readonly IPrincipal[] =>
  listOf(consumer, 'accounts', accounts).map((account) => {
    if (typeof account === 'string' && /^\d{12}$/.test(account)) return new AccountPrincipal(account);
    throw new SettingError(
      `Consumer "${consumer}": accounts has ${shown(account)}; an account id is a string of twelve digits, such as "222233334444"`,
    );
  });

const readPrincipals = (consumer: string, principals: unknown): readonly IPrincipal[] =>
  listOf(consumer, 'principals', principals).map((arn) => {
    if (typeof arn === 'string' && /^arn:aws[a-z-]*:iam::\d{12}:(?:role|user)\/[^\s*]+$/.test(arn)) {
      return new ArnPrincipal(arn);
    }
    throw new SettingError(
      `Consumer "${consumer}": principals has ${shown(arn)}; it must be the ARN of a role or a user, such as "arn:aws:iam::222233334444:role/billing"`,
    );
  });

const listOf = (consumer: string, name: string, value: unknown): readonly unknown[] => {
  if (Array.isArray(value)) return value;
  throw new SettingError(`Consumer "${consumer}": ${name} is ${shown(value)}; it must be a list`);
};
