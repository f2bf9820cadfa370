import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { METRIC_NAMESPACE, METRIC_UNITS, type MetricName } from './metric-schema.ts';

/** One JSON line a delivery, one an event. Never payloads, secrets, signatures or UnsubscribeURLs. */
export const logger = new Logger({ serviceName: 'gatepost' });

/**
 * Writes metrics in CloudWatch's embedded metric format: a log line, not a call.
 *
 * @param dimensions what they are counted by: at least the source.
 * @param values one value a metric, or several for a distribution.
 */
export const emit = (
  dimensions: { readonly source: string } & Readonly<Record<string, string>>,
  values: Readonly<Partial<Record<MetricName, number | readonly number[]>>>,
): void => {
  const entries = Object.entries(values).map(
    ([name, value]) => [name as MetricName, typeof value === 'number' ? [value] : value] as const,
  );
  const longest = Math.max(...entries.map(([, list]) => list.length));
  for (let from = 0; from < longest; from += MAX_VALUES) {
    for (const [name, value] of Object.entries(dimensions)) metrics.addDimension(name, value);
    for (const [name, list] of entries) {
      for (const value of list.slice(from, from + MAX_VALUES)) {
        metrics.addMetric(name, METRIC_UNITS[name], value);
      }
    }
    metrics.publishStoredMetrics();
  }
};

/**
 * A line takes 100 values a metric. At the hundredth, Powertools publishes by itself and forgets the dimensions, so that
 * what follows would be counted by no source: one less.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
const MAX_VALUES = 99;

const metrics = new Metrics({ namespace: METRIC_NAMESPACE, serviceName: 'gatepost' });
// Powertools counts by `service` unasked. There is one service here; the source is what on-call looks at.
metrics.clearDefaultDimensions();
