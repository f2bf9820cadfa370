/* Functions write these metrics and alarms read them. If the names differ, nothing fails, and no alarm is raised. */

/**
 * The namespace of a Gatepost's metrics. It has the prefix, so that two Gateposts in one account and region do not feed each
 * other's alarms.
 */
export const metricNamespace = (prefix: string): string => `Gatepost/${prefix}`;

/** The environment variable of a function that writes metrics: their namespace. */
export const METRIC_NAMESPACE_VARIABLE = 'METRIC_NAMESPACE';

/**
 * Every metric that the functions write, each a count, with its dimensions. Each costs as much as three metrics of an alarm:
 * only what an alarm needs and AWS does not count by itself is a metric. All else is in the log lines.
 */
export const METRIC_DIMENSIONS = {
  /** Deliveries of a source that were accepted, or ignored; only of a source with `silenceAfter`. */
  Accepted: ['source'],
  /** Requests answered with 4xx. */
  Rejected: ['source'],
  /** Requests answered with 503 because the secret isn't set or can't be read. */
  SecretMissing: [],
  /** A provider says that a subscription has ended. */
  Unsubscribed: [],
  /** Deliveries that fan-out returned to the intake queue; counted at each attempt. */
  FanOutFailed: [],
} as const satisfies Readonly<Record<string, readonly 'source'[]>>;

export type MetricName = keyof typeof METRIC_DIMENSIONS;

/** Stands for the source of a delivery that can't be read. No source can have this name. */
export const UNREADABLE_SOURCE = '(unreadable)';
