import { METRIC_DIMENSIONS, METRIC_NAMESPACE_VARIABLE, type MetricName } from './metric-schema.ts';

export type LogLevel = 'INFO' | 'WARN' | 'ERROR';

/** Writes log lines with one system call, which costs as much as verifying a signature. */
export const print = (lines: readonly string[]): void => {
  if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`);
};

/**
 * A JSON line for the log. Must contain no payload, secret, signature or UnsubscribeURL.
 *
 * @param counts what the line counts, as metrics: CloudWatch makes them from the line itself, in its embedded metric format.
 * The dimensions of a metric have to be among the fields. Default: nothing.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export const logLine = (
  level: LogLevel,
  message: string,
  fields: Readonly<Record<string, unknown>>,
  counts: Counts = {},
): string => {
  const now = new Date();
  return JSON.stringify({
    level,
    message,
    timestamp: now.toISOString(),
    service: SERVICE,
    ...fields,
    ...(Object.keys(counts).length > 0 && { _aws: declare(counts, now), ...counts }),
  });
};

/** How much a line adds to metrics. */
export type Counts = Readonly<Partial<Record<MetricName, number>>>;

const SERVICE = 'gatepost';

/** Declares which members of the line are metrics. */
const declare = (counts: Counts, now: Date) => ({
  Timestamp: now.getTime(),
  CloudWatchMetrics: Object.keys(counts).map((Name) => ({
    Namespace: process.env[METRIC_NAMESPACE_VARIABLE] ?? 'Gatepost',
    Dimensions: [METRIC_DIMENSIONS[Name as MetricName]],
    Metrics: [{ Name, Unit: 'Count' }],
  })),
});
