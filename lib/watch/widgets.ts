import {
  CustomWidget,
  GraphWidget,
  type IMetric,
  type IWidget,
  LogQueryWidget,
  SingleValueWidget,
  TextWidget,
  TextWidgetBackground,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { NodeFunction } from '../node-function.ts';
import type { LogQuery } from './log-queries.ts';
import { PERIOD } from './metrics.ts';

/** The width of a dashboard. */
export const FULL = 24;

export const heading = (text: string): IWidget =>
  new TextWidget({
    markdown: `## ${text}`,
    width: FULL,
    height: 1,
    background: TextWidgetBackground.TRANSPARENT,
  });

export const graph = (title: string, width: number, unit: string, metrics: readonly IMetric[]): IWidget =>
  new GraphWidget({
    title,
    width,
    height: 6,
    left: [...metrics],
    leftYAxis: { min: 0, label: unit, showUnits: false },
  });

/** The latest values. */
export const numbers = (title: string, width: number, metrics: readonly IMetric[]): IWidget =>
  new SingleValueWidget({ title, width, height: 4, metrics: [...metrics], period: PERIOD });

export const rows = (
  { title, lines }: LogQuery,
  width: number,
  region: string,
  logGroupNames: readonly string[],
  height = 8,
): IWidget =>
  new LogQueryWidget({
    title,
    width,
    height,
    region,
    logGroupNames: [...logGroupNames],
    queryLines: [...lines],
  });

/**
 * Shows the HTML of a function, which CloudWatch calls with the viewer's permissions.
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
    // The layout is responsive, and a new call would close an opened event.
    updateOnResize: false,
    updateOnTimeRangeChange: true,
  });
