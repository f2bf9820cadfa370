/**
 * The names that the functions, which write metrics, and the alarms, which read them, must agree on: where they differ,
 * nothing fails and no alarm is raised.
 */

/** The namespace of all of them. */
export const METRIC_NAMESPACE = 'Gatepost';

/** Every metric there is, with its unit. All have the dimension `source`; `Rejected` and `Failed` also come by `reason`. */
export const METRIC_UNITS = {
  Received: 'Count',
  Accepted: 'Count',
  /** Rejected with a 4xx: the delivery was at fault. */
  Rejected: 'Count',
  /** Answered with 503: we could not do our part. */
  Failed: 'Count',
  Confirmed: 'Count',
  Unsubscribed: 'Count',
  Test: 'Count',
  /** Something worth counting about a genuine request, by the dimensions `finding` and `value`. */
  Finding: 'Count',
  /** Receipt to verdict, in ms. */
  VerifyMs: 'Milliseconds',
  /** Receipt to answer, in ms. */
  AnswerMs: 'Milliseconds',
  /** Events that were sent to their queues, `unrecognized.fifo` among them. */
  Routed: 'Count',
  /** Events that were routed before. */
  Duplicate: 'Count',
  /** Events that went to `unrecognized.fifo`. */
  Unrecognized: 'Count',
  /** Deliveries with no event in them. */
  Empty: 'Count',
  /** Deliveries that fan-out could not do with and gave back to the intake queue; counted anew at each try. */
  FanOutFailed: 'Count',
  /** Receipt to the event's queue, in ms. */
  FanOutLagMs: 'Milliseconds',
} as const;

export type MetricName = keyof typeof METRIC_UNITS;

/** The source that a failed delivery is counted by when it can't even be read. No source can have this name. */
export const UNREADABLE_SOURCE = '(unreadable)';
