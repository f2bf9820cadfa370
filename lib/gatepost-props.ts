import type { Duration } from 'aws-cdk-lib';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { checkBoolean } from './checks.ts';
import type { ConsumerProps } from './consumer-props.ts';
import type { EntityQueueOptions } from './entity-queues.ts';
import type { EventLogOptions } from './event-log.ts';
import type { GateOptions } from './gate-options.ts';
import type { IntakeOptions } from './intake.ts';
import { checkPropNames, type PropNames } from './prop-names.ts';
import { SettingError } from './setting-error.ts';
import type { SourceProps } from './sources.ts';
import type { OwnTopics } from './watch/alarm-topics.ts';
import type { AlarmOptions } from './watch/watch.ts';

export interface GatepostProps {
  /**
   * The sources, by name, at least one. The name is part of the URL (`POST /hooks/<name>`), of the names of the function and
   * the secret, and of every event: lower-case words joined by hyphens, 32 characters at most. A provider may have several
   * sources. A renamed source is a new source.
   */
  readonly sources: Readonly<Record<string, SourceProps>>;
  /**
   * The prefix of the names of queues, functions, table and secrets: `gatepost-company.fifo`. With different prefixes you can
   * deploy several Gateposts to one account and region. Lower-case words joined by hyphens, 24 characters at most.
   * Default: `gatepost`.
   */
  readonly prefix?: string;
  /** How long an event is kept for deduplication and replay: at least 14 days. Default: 30 days. */
  readonly retention?: Duration;
  /** The retention of all logs, as CloudWatch Logs allows it. Default: `RetentionDays.ONE_MONTH`, 30 days. */
  readonly logRetention?: RetentionDays;
  /** The HTTP API: throttling, and a custom host name. Default: see each. */
  readonly gate?: GateOptions;
  /** The indexes of the event log. Default: by source. */
  readonly eventLog?: EventLogOptions;
  /**
   * Whether events can be listed, opened and replayed on the dashboard. IAM controls who may do so: docs/console.md.
   * Default: true.
   */
  readonly console?: boolean;
  /** Whether the dashboard shows payloads. Default: false. */
  readonly consolePayloads?: boolean;
  /** The queue before fan-out. Default: see each. */
  readonly intake?: IntakeOptions;
  /** The queues of the entities, one for each; `false` leaves them out, where there are consumers. Default: see each. */
  readonly entityQueues?: EntityQueueOptions | false;
  /**
   * The services that get events in queues of their own, by name, beside the queues of the entities: docs/consumers.md. The
   * name is that of the queue: lower-case words joined by hyphens, 32 characters at most, and no entity. Default: none.
   */
  readonly consumers?: Readonly<Record<string, ConsumerProps>>;
  /**
   * Receive an e-mail when an alarm starts and ends: an address, or a list of them. AWS first asks each for confirmation.
   * Default: none.
   */
  readonly alarmEmail?: string | readonly string[];
  /** The alarms' topics and thresholds. Default: see each. */
  readonly alarms?: AlarmOptions;
}

/** Every prop of Gatepost. */
export const GATEPOST_PROPS: PropNames<GatepostProps> = {
  sources: true,
  prefix: true,
  retention: true,
  logRetention: true,
  gate: true,
  eventLog: true,
  console: true,
  consolePayloads: true,
  intake: true,
  entityQueues: true,
  consumers: true,
  alarmEmail: true,
  alarms: true,
};

/**
 * Rejects unknown props at any depth. The contents of `sources`, `gate` and `alarms.thresholds` are checked where they are
 * read.
 *
 * @throws {SettingError} naming the unknown prop, the known ones and the nearest.
 */
export const checkNames = (props: GatepostProps): void => {
  checkPropNames<GatepostProps>('', props, GATEPOST_PROPS);
  checkPropNames<EventLogOptions>('eventLog', props.eventLog, { searchBySource: true, searchByEntity: true });
  checkPropNames<GateOptions>('gate', props.gate, { throttle: true, domain: true });
  checkPropNames<IntakeOptions>('intake', props.intake, { ...QUEUE_PROPS, maxConcurrency: true });
  if (props.entityQueues !== false) {
    checkPropNames<EntityQueueOptions>('entityQueues', props.entityQueues, QUEUE_PROPS);
  }
  checkFormerTopic(props.alarms);
  checkPropNames<AlarmOptions>('alarms', props.alarms, { topics: true, thresholds: true });
  checkPropNames<OwnTopics>('alarms.topics', props.alarms?.topics, { page: true, ticket: true });
  checkBoolean('console', props.console);
  checkBoolean('consolePayloads', props.consolePayloads);
  checkBoolean('eventLog.searchBySource', props.eventLog?.searchBySource);
  checkBoolean('eventLog.searchByEntity', props.eventLog?.searchByEntity);
};

/** @throws {SettingError} for the one topic of version 0.1.0. */
const checkFormerTopic = (alarms: unknown): void => {
  if (typeof alarms !== 'object' || alarms === null || !('topic' in alarms)) return;
  throw new SettingError(
    'alarms.topic: pages and tickets have a topic each now; write alarms: { topics: { page: topic, ticket: topic } }',
  );
};

const QUEUE_PROPS = { visibilityTimeout: true, maxReceiveCount: true } as const;
