import { Duration } from 'aws-cdk-lib';
import {
  type IMetric,
  MathExpression,
  Metric,
  type MetricOptions,
  Stats,
  Unit,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Reason } from '../../lambdas/core/rejection.ts';
import { METRIC_NAMESPACE, METRIC_UNITS, type MetricName } from '../../lambdas/runtime/metric-schema.ts';

export const PERIOD = Duration.minutes(5);

export interface GatepostDimensions {
  readonly source: string;
  /** For `Rejected` and `Failed` only. */
  readonly reason?: Reason;
}

/** A metric that the functions write. Default: the sum of 5 minutes. */
export const gatepostMetric = (
  metricName: MetricName,
  { source, reason }: GatepostDimensions,
  options: MetricOptions = {},
): Metric =>
  new Metric({
    namespace: METRIC_NAMESPACE,
    metricName,
    dimensionsMap: { source, ...(reason !== undefined && { reason }) },
    statistic: Stats.SUM,
    period: PERIOD,
    unit: METRIC_UNITS[metricName] === 'Count' ? Unit.COUNT : Unit.MILLISECONDS,
    label: source,
    ...options,
  });

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
 */
export const rejectedShare = (source: string, atLeast: number, period: Duration): MathExpression =>
  new MathExpression({
    expression: `IF(rejected >= ${atLeast}, 100 * rejected / received, 0)`,
    usingMetrics: {
      rejected: gatepostMetric('Rejected', { source }, { period }),
      received: gatepostMetric('Received', { source }, { period }),
    },
    label: source,
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
