import { Duration } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { Console } from './console.ts';
import { type EntityQueueOptions, EntityQueues } from './entity-queues.ts';
import { EventLog, type EventLogOptions } from './event-log.ts';
import { Gate } from './gate.ts';
import type { GateOptions } from './gate-options.ts';
import { Intake, type IntakeOptions } from './intake.ts';
import { checkLogRetention } from './log-retention.ts';
import { type ConfiguredSource, configureSources, type SourceProps } from './sources.ts';
import { type AlarmOptions, Watch } from './watch/watch.ts';

export interface GatepostProps {
  /**
   * Which providers post here, each under a name of its own. The name stands in the URL (`POST /hooks/<name>`), in the
   * names of the function and the secret, and in every event: lower-case words joined by hyphens, 32 characters at most.
   * Two sources of one provider stand side by side. Renaming one makes a new one. No default: at least one.
   */
  readonly sources: Readonly<Record<string, SourceProps>>;
  /**
   * What the names of queues, functions, table and secrets begin with: `gatepost-company.fifo`. Another one lets a second
   * Gatepost into the same account and region. Lower-case words joined by hyphens, 24 characters at most.
   * Default: `gatepost`.
   */
  readonly prefix?: string;
  /** How long an event is remembered, to tell a duplicate and to send it again: at least 14 days. Default: 30 days. */
  readonly retention?: Duration;
  /**
   * How long logs are kept: those of the functions and the access log of the gate. Of the lengths that CloudWatch Logs
   * knows. Default: `RetentionDays.ONE_MONTH`, 30 days.
   */
  readonly logRetention?: RetentionDays;
  /** Where providers post to: throttling, and a host name of your own. Default: see each. */
  readonly gate?: GateOptions;
  /** By what the events can be searched. Default: by source and by entity. */
  readonly eventLog?: EventLogOptions;
  /**
   * Whether the events can be listed, opened and replayed on the dashboard. Who may do what there, IAM decides:
   * docs/console.md. Default: true.
   */
  readonly console?: boolean;
  /** Whether an event that is opened there shows its payload. Default: false. */
  readonly consolePayloads?: boolean;
  /** The queue between answering and fan-out. Default: see each. */
  readonly intake?: IntakeOptions;
  /** The queues that consumers read, one an entity. Default: see each. */
  readonly entityQueues?: EntityQueueOptions;
  /**
   * Who is written to when something is wrong, and when it is over. AWS asks that address for its consent first.
   * Default: nobody.
   */
  readonly alarmEmail?: string;
  /** Where alarms go, and from when on they ring. Default: see each. */
  readonly alarms?: AlarmOptions;
}

/**
 * Gatepost, for use in any CDK app: `new Gatepost(this, 'Gatepost', { sources: { … } })`. Consumers take their queue
 * from it: `gatepost.queue('contact').grantConsumeMessages(service)`.
 */
export class Gatepost extends Construct {
  /** What the names of AWS resources begin with. */
  readonly prefix: string;
  /** The configured sources, complete with defaults. */
  readonly sources: readonly ConfiguredSource[];
  readonly eventLog: EventLog;
  readonly entityQueues: EntityQueues;
  readonly intake: Intake;
  readonly gate: Gate;
  /** Where the events are seen and replayed; undefined where it was left out. */
  readonly console: Console | undefined;
  readonly watch: Watch;

  /** @throws {Error} where a prop is wrong, with a sentence that says what would be right. */
  constructor(scope: Construct, id: string, props: GatepostProps) {
    super(scope, id);
    const {
      prefix = 'gatepost',
      retention = Duration.days(30),
      logRetention = RetentionDays.ONE_MONTH,
    } = props;
    checkPrefix(prefix);
    checkLogRetention(logRetention);

    this.prefix = prefix;
    this.eventLog = new EventLog(this, 'EventLog', { ...props.eventLog, prefix, retention });
    this.sources = configureSources(props.sources, this.eventLog.retentionSeconds);
    this.entityQueues = new EntityQueues(this, 'EntityQueues', {
      ...props.entityQueues,
      prefix,
      // Sorted, so that the order of the sources changes nothing in the template.
      entities: [...new Set(this.sources.flatMap(({ entities }) => entities))].sort(),
    });
    this.intake = new Intake(this, 'Intake', {
      ...props.intake,
      prefix,
      eventLog: this.eventLog,
      entityQueues: this.entityQueues,
      logRetention,
    });
    this.gate = new Gate(this, 'Gate', {
      ...props.gate,
      prefix,
      logRetention,
      sources: this.sources,
      intakeQueue: this.intake.queue,
      retentionSeconds: this.eventLog.retentionSeconds,
    });
    this.console = this.addConsole(props, logRetention);
    const { sources, gate, intake, eventLog, entityQueues, console } = this;
    this.watch = new Watch(this, 'Watch', {
      prefix,
      sources,
      gate,
      intake,
      eventLog,
      entityQueues,
      console,
      alarms: props.alarms,
      alarmEmail: props.alarmEmail,
    });
  }

  private addConsole(props: GatepostProps, logRetention: RetentionDays): Console | undefined {
    const { console: wanted = true, consolePayloads: payloads = false } = props;
    if (!wanted && payloads) {
      throw new Error('consolePayloads is true and console is false; leave one of them out');
    }
    if (!wanted) return undefined;
    const { prefix, sources, eventLog, entityQueues, intake, gate } = this;
    return new Console(this, 'Console', {
      prefix,
      sources,
      eventLog,
      entityQueues,
      intakeQueue: intake.queue,
      ingests: [...gate.ingests.values()].map((ingest) => ingest.function),
      fanOut: intake.fanOut,
      payloads,
      logRetention,
    });
  }

  /**
   * The queue of an entity, such as `contact`, or `unrecognized`: what is authentic but not understood.
   *
   * @throws {Error} that names the entities there are.
   */
  queue(entity: string): IQueue {
    return this.entityQueues.queue(entity);
  }
}

/** With it the longest name of a function, `<prefix>-ingest-<source>`, keeps to the 64 characters of Lambda. */
const MAX_PREFIX_LENGTH = 24;

const checkPrefix = (prefix: string): void => {
  if (/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(prefix) && prefix.length <= MAX_PREFIX_LENGTH) return;
  throw new Error(
    `prefix is "${prefix}"; it must be lower-case words joined by hyphens, such as "gatepost-test", beginning with a letter, ${MAX_PREFIX_LENGTH} characters at most`,
  );
};
