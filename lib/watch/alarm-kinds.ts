/**
 * The urgency of an alarm.
 *
 * - `page`: deliveries are rejected and may be lost if the provider does not retry, or processing has stopped. Act at once.
 * - `ticket`: nothing will be lost for days. Look at it in working hours.
 */
export type Severity = 'page' | 'ticket';

export const SEVERITIES = ['page', 'ticket'] as const satisfies readonly Severity[];

export type Stage = 'gate' | 'ingest' | 'intake' | 'fan-out' | 'queues' | 'provider';

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
  /** 5xx responses in percent of the requests in 5 minutes, in 2 of 3 periods. Default: page 5. */
  'gate-errors': {
    stage: 'gate',
    meaning: 'The gate answers 5xx: valid deliveries fail',
    unit: 'percent of the requests in 5 minutes',
    defaults: { page: 5 },
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
  /** A source's rejections in percent of its invocations in 15 minutes, if at least 10. Default: page 20. */
  rejections: {
    stage: 'ingest',
    meaning:
      'A source rejects far more than usual: its provider changed how it signs, or the requests are forged',
    unit: 'percent of what was received in 15 minutes, where at least 10 were rejected',
    defaults: { page: 20 },
  },
  /** Deliveries in 5 minutes that failed because a source's secret isn't set or can't be read. Default: page 1. */
  'secret-missing': {
    stage: 'ingest',
    meaning: "A source's secret isn't set or can't be read, and all its deliveries are answered with 503",
    unit: 'deliveries in 5 minutes',
    defaults: { page: 1 },
  },
  /** Age of the oldest delivery in the intake queue, in seconds. Default: ticket 300. */
  'intake-age': {
    stage: 'intake',
    meaning: 'Deliveries wait in the intake queue: they are safe, but consumers get them late',
    unit: 'seconds',
    defaults: { ticket: 300 },
  },
  /** Deliveries in the intake queue, waiting or in work, while none is completed; in 3 of 3 periods. Default: page 1. */
  'intake-stuck': {
    stage: 'intake',
    meaning: 'Deliveries are in the intake queue and none is completed: consumers get nothing',
    unit: 'deliveries in the queue in 5 minutes in which none was completed',
    defaults: { page: 1 },
  },
  /** Deliveries in the intake's dead-letter queue, in 2 of 2 periods. Default: page 1. */
  'intake-dlq': {
    stage: 'intake',
    meaning: 'Fan-out gave up on deliveries: consumers will not get them until they are redriven',
    unit: 'deliveries',
    defaults: { page: 1 },
  },
  /** Failed invocations of fan-out and deliveries that it returned, in 5 minutes, in 3 of 3 periods. Default: page 1. */
  'fan-out-errors': {
    stage: 'fan-out',
    meaning: 'Fan-out keeps failing on deliveries: it tries them again, consumers get them late',
    unit: 'failed tries in 5 minutes',
    defaults: { page: 1 },
  },
  /** Messages in the fullest dead-letter queue of consumers, in 2 of 2 periods. Default: ticket 1. */
  'queue-dlq': {
    stage: 'queues',
    meaning: 'A consumer gave up on events, which wait in its dead-letter queue',
    unit: 'messages',
    defaults: { ticket: 1 },
  },
  /** Age of the oldest message in any consumer's queue, in seconds. Default: ticket 3,600 (1 h). */
  'queue-age': {
    stage: 'queues',
    meaning: 'Events wait in a queue: its consumer has stopped or is too slow',
    unit: 'seconds',
    defaults: { ticket: 3600 },
  },
  /** Messages in `unrecognized.fifo`, in 2 of 2 periods. Default: ticket 1. */
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

/** Kinds of version 0.1.0 that are no more, each with what rings instead. */
export const FORMER_KINDS: Readonly<Record<string, AlarmKind>> = {
  'fan-out-lag': 'intake-age',
  'event-log-throttled': 'fan-out-errors',
  'event-log-errors': 'fan-out-errors',
};

/** The file with a section for each kind. */
export const RUNBOOK = 'docs/runbook.md';
