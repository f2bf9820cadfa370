import {
  CustomWidget,
  GraphWidget,
  type IMetric,
  type IWidget,
  LogQueryWidget,
  MathExpression,
  SingleValueWidget,
  TextWidget,
  TextWidgetBackground,
} from 'aws-cdk-lib/aws-cloudwatch';
import { METRIC_NAMESPACE, type MetricName } from '../../lambdas/runtime/metric-schema.ts';
import type { NodeFunction } from '../node-function.ts';
import type { LogQuery } from './log-queries.ts';
import { PERIOD } from './metrics.ts';

/** How wide a dashboard is. */
export const FULL = 24;

/** A heading above a group of widgets. */
export const heading = (text: string): IWidget =>
  new TextWidget({
    markdown: `## ${text}`,
    width: FULL,
    height: 1,
    background: TextWidgetBackground.TRANSPARENT,
  });

/** Lines over time. */
export const graph = (
  title: string,
  width: number,
  unit: string,
  metrics: readonly IMetric[],
  rightMetrics: readonly IMetric[] = [],
): IWidget =>
  new GraphWidget({
    title,
    width,
    height: 6,
    left: [...metrics],
    right: [...rightMetrics],
    leftYAxis: { min: 0, label: unit, showUnits: false },
    ...(rightMetrics.length > 0 && { rightYAxis: { min: 0, showUnits: false } }),
  });

/** The latest values. */
export const numbers = (title: string, width: number, metrics: readonly IMetric[]): IWidget =>
  new SingleValueWidget({ title, width, height: 4, metrics: [...metrics], period: PERIOD });

/** The rows that a query finds. */
export const rows = (
  { title, lines }: LogQuery,
  width: number,
  region: string,
  logGroupNames: readonly string[],
): IWidget =>
  new LogQueryWidget({
    title,
    width,
    height: 8,
    region,
    logGroupNames: [...logGroupNames],
    queryLines: [...lines],
  });

/**
 * A line for every reason that a metric was counted by. The reasons are more than a graph can list for every source, and
 * most of them never occur: whatever occurs is found.
 */
export const byReason = (metricName: MetricName, label: string): IMetric =>
  new MathExpression({
    expression: `SEARCH('{${METRIC_NAMESPACE},reason,source} MetricName="${metricName}"', 'Sum', ${PERIOD.toSeconds()})`,
    usingMetrics: {},
    label,
    period: PERIOD,
  });

/**
 * What a function returns as HTML. CloudWatch calls it with the viewer's permissions.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard.html
 */
export const returned = (title: string, { functionArn }: NodeFunction): IWidget =>
  new CustomWidget({
    title,
    functionArn,
    width: FULL,
    height: 14,
    updateOnRefresh: true,
    // It is laid out anew by itself; called again, an opened event would be gone.
    updateOnResize: false,
    updateOnTimeRangeChange: true,
  });
