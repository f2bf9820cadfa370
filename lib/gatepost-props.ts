import type { Duration } from 'aws-cdk-lib';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { EntityQueueOptions } from './entity-queues.ts';
import type { EventLogOptions } from './event-log.ts';
import type { GateOptions } from './gate-options.ts';
import type { IntakeOptions } from './intake.ts';
import { checkPropNames, type PropNames } from './prop-names.ts';
import type { SourceProps } from './sources.ts';
import type { AlarmOptions } from './watch/watch.ts';

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
   * The e-mail address that alarms are sent to, also when they are over. AWS asks the address for its consent first.
   * Default: none.
   */
  readonly alarmEmail?: string;
  /** Where alarms go, and their thresholds. Default: see each. */
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
  alarmEmail: true,
  alarms: true,
};

/**
 * Checks that there are no props but those that exist, at any depth. What stands below `sources`, `gate` and
 * `alarms.thresholds` is checked where it is read.
 *
 * @throws {SettingError} that names the unknown prop, those that there are, and the nearest.
 */
export const checkNames = (props: GatepostProps): void => {
  checkPropNames<GatepostProps>('', props, GATEPOST_PROPS);
  checkPropNames<EventLogOptions>('eventLog', props.eventLog, { searchBySource: true, searchByEntity: true });
  checkPropNames<GateOptions>('gate', props.gate, { throttle: true, domain: true });
  checkPropNames<IntakeOptions>('intake', props.intake, QUEUE_PROPS);
  checkPropNames<EntityQueueOptions>('entityQueues', props.entityQueues, QUEUE_PROPS);
  checkPropNames<AlarmOptions>('alarms', props.alarms, { topic: true, thresholds: true });
};

const QUEUE_PROPS = { visibilityTimeout: true, maxReceiveCount: true } as const;
