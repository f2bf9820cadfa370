import { Duration } from 'aws-cdk-lib';
import {
  type IMetric,
  MathExpression,
  Metric,
  type MetricOptions,
  Stats,
  Unit,
} from 'aws-cdk-lib/aws-cloudwatch';
import {
  type METRIC_DIMENSIONS,
  type MetricName,
  metricNamespace,
} from '../../lambdas/runtime/metric-schema.ts';

export const PERIOD = Duration.minutes(5);

type OfSources = {
  [M in MetricName]: (typeof METRIC_DIMENSIONS)[M] extends readonly [] ? never : M;
}[MetricName];

/**
 * A metric that the functions of a Gatepost write: the sum of 5 minutes.
 *
 * @param source for a metric that each source has.
 */
export function gatepostMetric(
  prefix: string,
  metricName: Exclude<MetricName, OfSources>,
  source?: undefined,
  options?: MetricOptions,
): Metric;
export function gatepostMetric(
  prefix: string,
  metricName: OfSources,
  source: string,
  options?: MetricOptions,
): Metric;
export function gatepostMetric(
  prefix: string,
  metricName: MetricName,
  source?: string,
  options: MetricOptions = {},
): Metric {
  return new Metric({
    namespace: metricNamespace(prefix),
    metricName,
    ...(source !== undefined && { dimensionsMap: { source } }),
    statistic: Stats.SUM,
    period: PERIOD,
    unit: Unit.COUNT,
    label: source ?? metricName,
    ...options,
  });
}

/** A part in percent of a whole. No value if the whole is 0. */
export const share = (part: IMetric, whole: IMetric, period = PERIOD): MathExpression =>
  new MathExpression({
    expression: '100 * part / whole',
    usingMetrics: { part, whole },
    label: 'percent',
    period,
  });

/**
 * A source's rejections in percent of its requests, or 0 below a minimum of rejections. Not anomaly detection: the usual
 * value is 0, and a model would learn a source that is broken for two weeks as normal, and could not ignore a few requests.
 *
 * @param received the requests. Lambda counts them.
 */
export const rejectedShare = (
  rejected: Metric,
  received: IMetric,
  atLeast: number,
  period: Duration,
): MathExpression =>
  new MathExpression({
    expression: `IF(rejected >= ${atLeast}, 100 * rejected / received, 0)`,
    usingMetrics: { rejected, received },
    label: rejected.label ?? 'percent',
    period,
  });

/** Both ignore metrics without a value. */
export type Combination = 'MAX' | 'SUM';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-limits.html */
export const MAX_METRICS_PER_ALARM = 10;

/**
 * Combines metrics. Names each one, because METRICS() would include the other metrics of the same widget.
 *
 * @param ids a prefix for the metrics' ids, unique in the widget.
 */
export const combine = (
  how: Combination,
  metrics: readonly IMetric[],
  label: string,
  ids = 'm',
  period = PERIOD,
): IMetric => {
  const using = Object.fromEntries(metrics.map((metric, index) => [`${ids}${index}`, metric]));
  return new MathExpression({
    expression: `${how}([${Object.keys(using).join(', ')}])`,
    usingMetrics: using,
    label,
    period,
  });
};

/**
 * Splits metrics into groups for alarms.
 *
 * With Metrics Insights one alarm could cover any number of queues. But its `WHERE` supports neither prefixes nor OR, so it
 * can select the queues of this Gatepost only by tag. That requires "resource tags for telemetry" in the account; without it
 * the alarm would never be raised.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-metrics-insights-querylanguage.html
 */
export const inGroups = <T>(metrics: readonly T[]): readonly (readonly T[])[] => {
  const count = Math.ceil(metrics.length / MAX_METRICS_PER_ALARM);
  return Array.from({ length: count }, (_, index) =>
    metrics.slice(index * MAX_METRICS_PER_ALARM, (index + 1) * MAX_METRICS_PER_ALARM),
  );
};
