/**
 * The urgency of an alarm.
 *
 * - `page`: deliveries are rejected and may be lost if the provider does not retry, or processing has stopped. Act at once.
 * - `ticket`: nothing will be lost for days. Look at it in working hours.
 */
export type Severity = 'page' | 'ticket';

export const SEVERITIES = ['page', 'ticket'] as const satisfies readonly Severity[];

export type Stage = 'gate' | 'ingest' | 'intake' | 'fan-out' | 'event-log' | 'queues' | 'provider';

export interface AlarmKindDefinition {
  readonly stage: Stage;
  /** One sentence for on-call, without a full stop. */
  readonly meaning: string;
  /** Of the threshold. */
  readonly unit: string;
  /** The thresholds, by severity. */
  readonly defaults: Readonly<Partial<Record<Severity, number>>>;
}

/**
 * Every kind of alarm. Its name is the prop for its thresholds, part of its alarms' names, and its section in
 * `docs/runbook.md`. Editors show the comments for {@link AlarmThresholds}.
 */
export const ALARM_KINDS = {
  /** 5xx responses in percent of the requests in 5 minutes, in 2 of 3 periods. Default: ticket 1, page 5. */
  'gate-errors': {
    stage: 'gate',
    meaning: 'The gate answers 5xx: valid deliveries fail',
    unit: 'percent of the requests in 5 minutes',
    defaults: { ticket: 1, page: 5 },
  },
  /** Requests in 5 minutes answered with 429. Default: page 1. */
  'gate-throttled': {
    stage: 'gate',
    meaning: 'Requests exceed the throttle, and the gate answers them with 429',
    unit: 'requests in 5 minutes',
    defaults: { page: 1 },
  },
  /** Crashes and time-outs of a source's function in 5 minutes. Default: page 1. */
  'ingest-errors': {
    stage: 'ingest',
    meaning: 'The function that takes deliveries crashes or times out, and deliveries fail',
    unit: 'failed invocations in 5 minutes',
    defaults: { page: 1 },
  },
  /** Invocations of a source's function in 5 minutes that Lambda throttled. Default: page 1. */
  'ingest-throttles': {
    stage: 'ingest',
    meaning: 'Lambda throttles the function that takes deliveries, and deliveries fail',
    unit: 'throttled invocations in 5 minutes',
    defaults: { page: 1 },
  },
  /** The p99 duration of a source's function in 5 minutes, in percent of its time-out, in 2 of 3 periods. Default: ticket 60. */
  'ingest-slow': {
    stage: 'ingest',
    meaning: 'The function that takes deliveries is close to its time-out, after which deliveries fail',
    unit: 'percent of the time-out, p99 of 5 minutes',
    defaults: { ticket: 60 },
  },
  /** A source's rejections in percent of its requests in 15 minutes, if at least 10. Default: ticket 5, page 50. */
  rejections: {
    stage: 'ingest',
    meaning:
      'A source rejects far more than usual: its provider changed how it signs, or the requests are forged',
    unit: 'percent of what was received in 15 minutes, where at least 10 were rejected',
    defaults: { ticket: 5, page: 50 },
  },
  /** Deliveries in 5 minutes that failed because the secret isn't set or can't be read. Default: page 1. */
  'secret-missing': {
    stage: 'ingest',
    meaning: "A source's secret isn't set or can't be read, and all its deliveries are answered with 503",
    unit: 'deliveries in 5 minutes',
    defaults: { page: 1 },
  },
  /** Age of the oldest delivery in the intake queue, in seconds. Default: ticket 300, page 1,800. */
  'intake-age': {
    stage: 'intake',
    meaning: 'Deliveries wait in the intake queue: they are safe, but consumers get them late',
    unit: 'seconds',
    defaults: { ticket: 300, page: 1800 },
  },
  /** Deliveries in the intake's dead-letter queue. Default: page 1. */
  'intake-dlq': {
    stage: 'intake',
    meaning: 'Fan-out gave up on deliveries: consumers will not get them until they are redriven',
    unit: 'deliveries',
    defaults: { page: 1 },
  },
  /** Failed invocations of fan-out and deliveries that it returned, in 5 minutes, in 3 of 3 periods. Default: ticket 1. */
  'fan-out-errors': {
    stage: 'fan-out',
    meaning: 'Fan-out keeps failing on deliveries: it tries them again, consumers get them late',
    unit: 'failed tries in 5 minutes',
    defaults: { ticket: 1 },
  },
  /** From receipt to queue: the p99 of the slowest source in 5 minutes, in ms, in 3 of 3 periods. Default: ticket 60,000. */
  'fan-out-lag': {
    stage: 'fan-out',
    meaning: 'Events take long from their receipt to their queue',
    unit: 'ms, p99 of 5 minutes',
    defaults: { ticket: 60_000 },
  },
  /** Requests of fan-out in 5 minutes that DynamoDB throttled, in 3 of 3 periods. Default: ticket 1. */
  'event-log-throttled': {
    stage: 'event-log',
    meaning: 'DynamoDB throttles the event log: fan-out tries again, consumers get events late',
    unit: 'requests in 5 minutes',
    defaults: { ticket: 1 },
  },
  /** Requests of fan-out in 5 minutes on which DynamoDB failed, in 3 of 3 periods. Default: ticket 1. */
  'event-log-errors': {
    stage: 'event-log',
    meaning: 'DynamoDB fails on the event log: fan-out tries again, consumers get events late',
    unit: 'requests in 5 minutes',
    defaults: { ticket: 1 },
  },
  /** Messages in the fullest dead-letter queue of an entity. Default: ticket 1, page 100. */
  'queue-dlq': {
    stage: 'queues',
    meaning: 'A consumer gave up on events, which wait in the dead-letter queue of their entity',
    unit: 'messages',
    defaults: { ticket: 1, page: 100 },
  },
  /** Age of the oldest message in any entity's queue, in seconds. Default: ticket 3,600 (1 h), page 21,600 (6 h). */
  'queue-age': {
    stage: 'queues',
    meaning: "Events wait in an entity's queue: its consumer has stopped or is too slow",
    unit: 'seconds',
    defaults: { ticket: 3600, page: 21_600 },
  },
  /** Messages in `unrecognized.fifo`. Default: ticket 1. */
  unrecognized: {
    stage: 'queues',
    meaning: 'Authentic deliveries were not recognized, and wait in unrecognized.fifo',
    unit: 'messages',
    defaults: { ticket: 1 },
  },
  /** Deliveries of a source within its `silenceAfter`: in alarm when there are fewer. Default: page 1. */
  silence: {
    stage: 'provider',
    meaning: 'A source has delivered nothing for longer than it may: its provider may have given up on us',
    unit: 'deliveries within silenceAfter',
    defaults: { page: 1 },
  },
  /** A provider's notices in 5 minutes that a subscription has ended. Default: page 1. */
  unsubscribed: {
    stage: 'provider',
    meaning: 'A provider says that it will deliver nothing more: the subscription was ended',
    unit: 'messages in 5 minutes',
    defaults: { page: 1 },
  },
} as const satisfies Readonly<Record<string, AlarmKindDefinition>>;

export type AlarmKind = keyof typeof ALARM_KINDS;

/** The file with a section for each kind. */
export const RUNBOOK = 'docs/runbook.md';
