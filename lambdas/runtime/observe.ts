import { METRIC_NAMESPACE, METRIC_UNITS, type MetricName } from './metric-schema.ts';

export type LogLevel = 'INFO' | 'WARN' | 'ERROR';

/** Writes log lines with one system call, which costs as much as verifying a signature. */
export const print = (lines: readonly string[]): void => {
  if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`);
};

/** A JSON line for the log. Must contain no payload, secret, signature or UnsubscribeURL. */
export const logLine = (
  level: LogLevel,
  message: string,
  fields: Readonly<Record<string, unknown>>,
): string =>
  JSON.stringify({ level, message, timestamp: new Date().toISOString(), service: SERVICE, ...fields });

/**
 * Metrics as log lines, in CloudWatch's embedded metric format.
 *
 * @param values one value per metric, or several for a distribution.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export const metricLines = (
  dimensions: { readonly source: string } & Readonly<Record<string, string>>,
  values: Readonly<Partial<Record<MetricName, number | readonly number[]>>>,
): readonly string[] => {
  const longest = Math.max(...Object.values(values).map((value) => lengthOf(value)));
  return Array.from({ length: Math.ceil(longest / MAX_VALUES) }, (_, index) =>
    metricLine(dimensions, partOf(values, index * MAX_VALUES)),
  );
};

const SERVICE = 'gatepost';

/** The most values per metric and line. */
const MAX_VALUES = 100;

type Values = Readonly<Record<string, number | readonly number[]>>;

const lengthOf = (value: number | readonly number[]): number =>
  typeof value === 'number' ? 1 : value.length;

/** The values for the line that begins with the value at `from`. */
const partOf = (values: Values, from: number): Values => {
  const part: Record<string, number | readonly number[]> = {};
  for (const [name, value] of Object.entries(values)) {
    if (lengthOf(value) <= from) continue;
    part[name] = typeof value === 'number' ? value : value.slice(from, from + MAX_VALUES);
  }
  return part;
};

const metricLine = (dimensions: Readonly<Record<string, string>>, values: Values): string =>
  JSON.stringify({
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [
        {
          Namespace: METRIC_NAMESPACE,
          Dimensions: [Object.keys(dimensions)],
          Metrics: Object.keys(values).map((Name) => ({ Name, Unit: METRIC_UNITS[Name as MetricName] })),
        },
      ],
    },
    service: SERVICE,
    ...dimensions,
    ...values,
  });
