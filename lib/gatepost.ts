import { Duration } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { possibleEvents } from '../lambdas/providers/possible-events.ts';
import { Bodies } from './bodies.ts';
import { shown } from './checks.ts';
import { Console } from './console.ts';
import { type Consumer, Consumers } from './consumers.ts';
import { EntityQueues } from './entity-queues.ts';
import { checkRetries, EventLog } from './event-log.ts';
import { Gate } from './gate.ts';
import { checkNames, type GatepostProps } from './gatepost-props.ts';
import { Intake } from './intake.ts';
import { isKeeping } from './keeping.ts';
import { checkLogRetention } from './log-retention.ts';
import { Rejected } from './rejected.ts';
import { Retries } from './retries.ts';
import { SettingError } from './setting-error.ts';
import { type ConfiguredSource, configureSources, knownEntities } from './sources.ts';
import { Watch } from './watch/watch.ts';
import type { Watched } from './watch/watched.ts';

/**
 * Gatepost, for use in any CDK app: `new Gatepost(this, 'Gatepost', { sources: { … } })`. Consumers get their queue from it:
 * `gatepost.grantConsume('contact', service)`.
 */
export class Gatepost extends Construct {
  /** The prefix of the names of AWS resources. */
  readonly prefix: string;
  /** Complete with defaults. */
  readonly sources: readonly ConfiguredSource[];
  readonly eventLog: EventLog;
  readonly bodies: Bodies;
  readonly entityQueues: EntityQueues;
  readonly consumers: Consumers;
  readonly intake: Intake;
  readonly gate: Gate;
  /** Undefined if no source keeps rejected deliveries. */
  readonly rejected: Rejected | undefined;
  readonly retries: Retries | undefined;
  readonly console: Console | undefined;
  readonly watch: Watch;

  /** @throws {SettingError} if a prop is wrong, with a sentence that says what is allowed. */
  constructor(scope: Construct, id: string, props: GatepostProps) {
    super(scope, id);
    checkNames(props);
    const {
      prefix = 'gatepost',
      retention = Duration.days(30),
      logRetention = RetentionDays.ONE_MONTH,
    } = props;
    checkPrefix(prefix);
    checkLogRetention(logRetention);

    this.prefix = prefix;
    this.eventLog = new EventLog(this, 'EventLog', { ...props.eventLog, prefix, retention });
    const { retentionSeconds } = this.eventLog;
    this.sources = configureSources(props.sources, retentionSeconds);
    this.bodies = new Bodies(this, 'Bodies', { prefix, retentionSeconds });
    checkRetries(this.eventLog, retentionSeconds, this.sources);
    // Sorted, so that the template doesn't depend on the order of the sources.
    const entities = [...new Set(this.sources.flatMap((source) => source.entities))].sort();
    this.entityQueues = new EntityQueues(this, 'EntityQueues', {
      ...(props.entityQueues === false ? {} : props.entityQueues),
      prefix,
      entities,
      isEach: props.entityQueues !== false,
    });
    checkEntityQueues(props);
    this.consumers = new Consumers(this, 'Consumers', {
      prefix,
      consumers: props.consumers ?? {},
      possible: possibleEvents(this.sources.map(({ source }) => source)),
      entities: knownEntities(this.sources),
      bodies: this.bodies,
    });
    this.intake = new Intake(this, 'Intake', {
      ...props.intake,
      prefix,
      eventLog: this.eventLog,
      bodies: this.bodies,
      entities,
      entityQueues: this.entityQueues,
      consumers: this.consumers,
      logRetention,
    });
    this.rejected = this.sources.some(isKeeping)
      ? new Rejected(this, 'Rejected', {
          prefix,
          eventLog: this.eventLog,
          bodies: this.bodies,
          logRetention,
        })
      : undefined;
    this.gate = new Gate(this, 'Gate', {
      ...props.gate,
      prefix,
      logRetention,
      sources: this.sources,
      intakeQueue: this.intake.queue,
      rejectedQueue: this.rejected?.queue,
      bodies: this.bodies,
    });
    this.retries = this.rejected && this.addRetries(props, logRetention);
    this.console = this.addConsole(props, logRetention);
    const { sources, gate, intake, eventLog, rejected, console } = this;
    this.watch = new Watch(this, 'Watch', {
      prefix,
      sources,
      gate,
      intake,
      eventLog,
      ...watchedQueues(this.entityQueues, this.consumers),
      rejected,
      console,
      alarms: props.alarms,
      alarmEmail: props.alarmEmail,
      ownerEmails: new Map(
        [...this.consumers.all].flatMap(([name, { emails }]) => (emails.length > 0 ? [[name, emails]] : [])),
      ),
    });
  }

  private addRetries({ console, consolePayloads }: GatepostProps, logRetention: RetentionDays): Retries {
    const { prefix, sources, eventLog, bodies, intake, gate } = this;
    return new Retries(this, 'Retries', {
      prefix,
      sources,
      ingests: [...gate.ingests.values()],
      eventLog,
      intakeQueue: intake.queue,
      bodies,
      console: console === false ? undefined : { payloads: consolePayloads === true },
      logRetention,
    });
  }

  private addConsole(props: GatepostProps, logRetention: RetentionDays): Console | undefined {
    const { console: wanted = true, consolePayloads: payloads = false } = props;
    if (!wanted && payloads) {
      throw new SettingError('consolePayloads is true and console is false; leave one of them out');
    }
    if (!wanted) return undefined;
    const { prefix, sources, eventLog, bodies, intake, gate, retries } = this;
    return new Console(this, 'Console', {
      prefix,
      sources,
      eventLog,
      bodies,
      routing: intake.routing,
      intakeQueue: intake.queue,
      ingests: [...gate.ingests.values()].map((ingest) => ingest.function),
      fanOut: intake.fanOut,
      retries: retries?.function,
      payloads,
      logRetention,
    });
  }

  /**
   * The queue of an entity, such as `contact`, or `unrecognized` for authentic deliveries that can't be interpreted.
   *
   * @throws {SettingError} listing the entities, for an unknown one.
   */
  queue(entity: string): IQueue {
    return this.entityQueues.queue(entity);
  }

  /**
   * A consumer of the prop `consumers`: `gatepost.consumer('billing').grantConsume(service)`.
   *
   * @throws {SettingError} listing the consumers, for an unknown one.
   */
  consumer(name: string): Consumer {
    return this.consumers.named(name);
  }

  /**
   * Allows a consumer to read and delete the messages of an entity's queue, and to read the data of its events that are too
   * large for a message.
   *
   * @throws {SettingError} listing the entities, for an unknown one.
   */
  grantConsume(entity: string, consumer: IGrantable): void {
    this.queue(entity).grantConsumeMessages(consumer);
    this.bodies.grantRead(entity, consumer);
  }
}

const checkEntityQueues = ({ entityQueues, consumers = {} }: GatepostProps): void => {
  if (entityQueues !== false || Object.keys(consumers).length > 0) return;
  throw new SettingError(
    'entityQueues is false and there are no consumers, so that no queue would get an event; add consumers, or leave entityQueues out',
  );
};

/** The queues that alarms watch. The only place that says which. */
const watchedQueues = (
  entityQueues: EntityQueues,
  consumers: Consumers,
): Pick<Watched, 'queues' | 'deadLetterQueues' | 'unrecognized'> => ({
  queues: [
    ...entityQueues.entities.map((name) => ({ name, queue: entityQueues.queue(name) })),
    ...[...consumers.all.values()].flatMap(({ queues, owner }) =>
      [...queues].map(([name, queue]) => ({ name, queue, ...owner })),
    ),
  ],
  deadLetterQueues: [
    { name: 'entities', queue: entityQueues.deadLetterQueue },
    ...[...consumers.all].map(([name, { deadLetterQueue, owner }]) => ({
      name,
      queue: deadLetterQueue,
      ...owner,
    })),
  ],
  unrecognized: entityQueues.unrecognized,
});

/** Keeps the longest name of a function, `<prefix>-ingest-<source>`, within Lambda's limit of 64 characters. */
const MAX_PREFIX_LENGTH = 24;

const checkPrefix = (prefix: string): void => {
  const isRight = typeof prefix === 'string' && /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(prefix);
  if (isRight && prefix.length <= MAX_PREFIX_LENGTH) return;
  throw new SettingError(
    `prefix is ${shown(prefix)}; it must be lower-case words joined by hyphens, such as "gatepost-test", beginning with a letter, ${MAX_PREFIX_LENGTH} characters at most`,
  );
};
