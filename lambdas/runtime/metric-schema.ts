/* Functions write these metrics and alarms read them. If the names differ, nothing fails, and no alarm is raised. */

export const METRIC_NAMESPACE = 'Gatepost';

/** Every metric and its unit. All have the dimension `source`; `Rejected` and `Failed` also `reason`. */
export const METRIC_UNITS = {
  Received: 'Count',
  Accepted: 'Count',
  /** Answered with 4xx. */
  Rejected: 'Count',
  /** Answered with 503. */
  Failed: 'Count',
  /** Rejected requests that should have been kept and were not: too many, too large, or over the quota of a day. */
  NotKept: 'Count',
  Confirmed: 'Count',
  Unsubscribed: 'Count',
  Test: 'Count',
  /** Events of a source's catalogue that it does not let in. */
  Ignored: 'Count',
  /** An observation about an authentic request, by the dimensions `finding` and `value`. */
  Finding: 'Count',
  /** Receipt to verdict, in ms. */
  VerifyMs: 'Milliseconds',
  /** Receipt to answer, in ms. */
  AnswerMs: 'Milliseconds',
  /** Events sent to their queues, including `unrecognized.fifo`. */
  Routed: 'Count',
  Duplicate: 'Count',
  /** Events with the id of an event that says something else. */
  Conflict: 'Count',
  /** Events sent to `unrecognized.fifo`. */
  Unrecognized: 'Count',
  /** Deliveries without an event. */
  Empty: 'Count',
  /** Deliveries that fan-out returned to the intake queue; counted at each attempt. */
  FanOutFailed: 'Count',
  /** Receipt to the event's queue, in ms. */
  FanOutLagMs: 'Milliseconds',
} as const;

export type MetricName = keyof typeof METRIC_UNITS;

/** Stands for the source of a delivery that can't be read. No source can have this name. */
export const UNREADABLE_SOURCE = '(unreadable)';
