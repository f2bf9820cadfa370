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

/** Over how long values are summed where nothing else is said. */
export const PERIOD = Duration.minutes(5);

/** By what the functions' metrics are counted. */
export interface GatepostDimensions {
  readonly source: string;
  /** Of `Rejected` and `Failed` only. */
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

/** A part in percent of a whole. Says nothing where the whole is 0. */
export const share = (part: IMetric, whole: IMetric, period = PERIOD): MathExpression =>
  new MathExpression({
    expression: '100 * part / whole',
    usingMetrics: { part, whole },
    label: 'percent',
    period,
  });

/**
 * What a source rejected, in percent of what it received, where that is at least so many.
 *
 * Not by anomaly detection: the usual share of a source is 0, since signatures fit or don't. A model would learn a source
 * that was broken for a fortnight as usual, and could not be set to ignore a handful.
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

/** How a group of metrics becomes one. A metric that has no value at a time doesn't count then. */
export type Combination = 'MAX' | 'SUM';

/** The most metrics that an alarm may look at. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-limits.html */
export const MAX_METRICS_PER_ALARM = 10;

/**
 * One metric out of many. Each is named: METRICS() would take in whatever else stands in the same widget.
 *
 * @param ids what the metrics are called in the expression: a word in lower case, its own in each widget.
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
 * Metrics in as few groups as alarms can look at.
 *
 * A Metrics Insights query would need one alarm for any number of queues. But its `WHERE` compares a dimension with whole
 * values and knows neither a prefix nor OR, so that it can't say "the queues of this Gatepost"; only their tags can, and
 * these it sees only in accounts where "resource tags for telemetry" was switched on. Where it isn't, the alarm would be
 * silent for ever, which is the one thing an alarm may not be.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-metrics-insights-querylanguage.html
 */
export const inGroups = <T>(metrics: readonly T[]): readonly (readonly T[])[] => {
  const count = Math.ceil(metrics.length / MAX_METRICS_PER_ALARM);
  return Array.from({ length: count }, (_, index) =>
    metrics.slice(index * MAX_METRICS_PER_ALARM, (index + 1) * MAX_METRICS_PER_ALARM),
  );
};
