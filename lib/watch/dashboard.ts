import { Stack } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  AlarmStatusWidgetSortBy,
  Dashboard as AwsDashboard,
  type IAlarm,
  type IMetric,
  type IWidget,
  PeriodOverride,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type MetricName, UNREADABLE_SOURCE } from '../../lambdas/runtime/metric-schema.ts';
import type { Alarms } from './alarms.ts';
import { dollarsADay, volume } from './cost-estimate.ts';
import { LAST_DELIVERIES, LAST_EVENTS, LAST_REJECTIONS } from './log-queries.ts';
import { combine, gatepostMetric, PERIOD } from './metrics.ts';
import type { WatchedWithThrottled } from './watched.ts';
import { byReason, FULL, graph, heading, numbers, returned, rows } from './widgets.ts';

export interface DashboardProps {
  readonly watched: WatchedWithThrottled;
  readonly alarms: Alarms;
}

/** The dashboard for on-call: alarms first, then backlog, incoming deliveries, latency, details, health and cost. */
export class Dashboard extends Construct {
  readonly dashboard: AwsDashboard;

  constructor(scope: Construct, id: string, { watched, alarms }: DashboardProps) {
    super(scope, id);
    this.dashboard = new AwsDashboard(this, 'Dashboard', {
      dashboardName: watched.prefix,
      // Adapts the period to the time range.
      periodOverride: PeriodOverride.AUTO,
      widgets: [
        // CloudWatch rejects a widget without alarms.
        ...(alarms.all.length === 0 ? [] : [alarmStates(alarms)]),
        [heading('Given up and waiting')],
        backlog(watched),
        [heading('Incoming deliveries')],
        incoming(watched),
        [heading('Latency')],
        latency(watched),
        [heading('Recent deliveries and events')],
        ...(watched.console === undefined ? [] : [[returned('Events', watched.console.view)]]),
        recent(watched, Stack.of(this).region),
        [heading('Component health')],
        health(watched),
        [heading('Cost')],
        cost(watched),
      ],
    });
  }
}

/** CloudWatch's limit per widget. */
const MAX_ALARMS = 100;

const alarmStates = ({ bySeverity, all }: Alarms): IWidget[] => {
  const alarms = all.map(({ alarm }) => alarm).slice(0, MAX_ALARMS);
  const status = (title: string, width: number, height: number, shown: readonly IAlarm[]): IWidget =>
    new AlarmStatusWidget({
      title,
      width,
      height,
      alarms: [...shown],
      sortBy: AlarmStatusWidgetSortBy.STATE_UPDATED_TIMESTAMP,
    });
  return [
    status('Alarms by severity', 4, 6, [...bySeverity.values()]),
    status('Alarms', FULL - 4, 6, alarms),
  ];
};

const visible = (queue: IQueue, label: string): IMetric =>
  queue.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, period: PERIOD, label });

const backlog = ({ intake, entityQueues, consumers }: WatchedWithThrottled): IWidget[] => {
  const deadLetters = [
    visible(entityQueues.deadLetterQueue, 'entities'),
    ...[...consumers.all].map(([name, { deadLetterQueue }]) => visible(deadLetterQueue, name)),
  ];
  const age = (queue: IQueue, label: string): IMetric =>
    queue.metricApproximateAgeOfOldestMessage({ statistic: Stats.MAXIMUM, period: PERIOD, label });
  const ages = [
    ...entityQueues.entities.map((entity) => age(entityQueues.queue(entity), entity)),
    ...[...consumers.all.values()].flatMap(({ queues }) =>
      [...queues].map(([name, queue]) => age(queue, name)),
    ),
  ];
  return [
    numbers('Given up', 12, [
      visible(intake.deadLetterQueue, 'by fan-out'),
      combine('SUM', deadLetters, 'by consumers'),
      visible(entityQueues.unrecognized, 'not understood'),
    ]),
    numbers('Oldest message, in seconds', 12, [
      age(intake.queue, 'before fan-out'),
      combine('MAX', ages, 'before a consumer'),
    ]),
    graph('Dead-letter queues', 12, 'messages', [visible(intake.deadLetterQueue, 'intake'), ...deadLetters]),
    graph('Oldest message', 12, 'seconds', [age(intake.queue, 'intake'), ...ages]),
  ];
};

const incoming = ({ sources }: WatchedWithThrottled): IWidget[] => {
  const bySource = (metricName: MetricName): readonly IMetric[] =>
    sources.map(({ source }) => gatepostMetric(metricName, { source: source.name }));
  return [
    graph('Received', 6, 'requests', bySource('Received')),
    graph('Accepted', 6, 'deliveries', bySource('Accepted')),
    graph('Rejected, by reason', 6, 'requests', [
      byReason('Rejected', ''),
      ...sources.map(({ source: { name } }) =>
        gatepostMetric('NotKept', { source: name }, { label: `${name} not kept` }),
      ),
    ]),
    graph('Failed, by reason', 6, 'requests', [byReason('Failed', '')]),
    graph('Routed', 6, 'events', bySource('Routed')),
    graph('Duplicates, and conflicts of ids', 6, 'events', [
      ...bySource('Duplicate'),
      ...sources.map(({ source: { name } }) =>
        gatepostMetric('Conflict', { source: name }, { label: `${name} conflicts` }),
      ),
    ]),
    graph('Unrecognized', 6, 'events', bySource('Unrecognized')),
    graph('Subscriptions confirmed and ended', 6, 'requests', [
      ...sources.map(({ source }) =>
        gatepostMetric('Confirmed', { source: source.name }, { label: `${source.name} confirmed` }),
      ),
      ...sources.map(({ source }) =>
        gatepostMetric('Unsubscribed', { source: source.name }, { label: `${source.name} unsubscribed` }),
      ),
    ]),
  ];
};

const latency = ({ sources }: WatchedWithThrottled): IWidget[] => {
  const percentiles = (metricName: MetricName): readonly IMetric[] =>
    sources.flatMap(({ source: { name } }) =>
      ['p50', 'p99'].map((statistic) =>
        gatepostMetric(metricName, { source: name }, { statistic, label: `${name} ${statistic}` }),
      ),
    );
  return [
    graph('Receipt to answer', 8, 'ms', percentiles('AnswerMs')),
    graph('Receipt to verdict', 8, 'ms', percentiles('VerifyMs')),
    graph("Receipt to the event's queue", 8, 'ms', percentiles('FanOutLagMs')),
  ];
};

const recent = ({ gate, intake }: WatchedWithThrottled, region: string): IWidget[] => {
  const ingests = [...gate.ingests.values()].map((ingest) => ingest.function.logGroup.logGroupName);
  return [
    rows(LAST_DELIVERIES, FULL, region, ingests),
    rows(LAST_REJECTIONS, 12, region, ingests),
    rows(LAST_EVENTS, 12, region, [intake.fanOut.logGroup.logGroupName]),
  ];
};

const health = ({
  gate,
  intake,
  eventLog: { table },
  throttled,
  sources,
}: WatchedWithThrottled): IWidget[] => {
  const { api } = gate;
  const functions = [
    ...[...gate.ingests].map(([source, ingest]) => ({ name: source, fn: ingest.function })),
    { name: 'fan-out', fn: intake.fanOut },
  ];
  const period = PERIOD;
  const sum = { statistic: Stats.SUM, period } as const;
  return [
    graph('Gate', 8, 'requests', [
      api.metricCount({ ...sum, label: 'all' }),
      api.metricClientError({ ...sum, label: '4xx' }),
      api.metricServerError({ ...sum, label: '5xx' }),
      throttled,
    ]),
    graph(
      'Functions: errors and throttles',
      8,
      'invocations',
      functions.flatMap(({ name, fn }) => [
        fn.metricErrors({ period, label: `${name} errors` }),
        fn.metricThrottles({ period, label: `${name} throttles` }),
      ]),
    ),
    graph(
      'Functions: duration, p99',
      8,
      'ms',
      functions.map(({ name, fn }) => fn.metricDuration({ statistic: 'p99', period, label: name })),
    ),
    graph(
      'Functions: concurrent executions',
      8,
      'executions',
      functions.map(({ name, fn }) =>
        fn.metric('ConcurrentExecutions', { statistic: Stats.MAXIMUM, period, label: name }),
      ),
    ),
    graph(
      'Fan-out: failed attempts',
      8,
      'deliveries',
      [...sources.map(({ source }) => source.name), UNREADABLE_SOURCE].map((source) =>
        gatepostMetric('FanOutFailed', { source }),
      ),
    ),
    graph('Event log', 8, 'requests', [
      table.metric('WriteThrottleEvents', { ...sum, label: 'throttled' }),
      ...['PutItem', 'UpdateItem'].map((operation) =>
        table.metric('SystemErrors', {
          ...sum,
          label: `${operation} errors`,
          dimensionsMap: { TableName: table.tableName, Operation: operation },
        }),
      ),
    ]),
  ];
};

const cost = (watched: WatchedWithThrottled): IWidget[] => {
  const { requests, invocations, writes, deliveries } = volume(watched);
  return [
    graph('Volume, by day', 12, 'a day', [requests, invocations, deliveries, writes]),
    graph('Estimate, without consumers, logs and alarms', 12, 'US dollars a day', [dollarsADay(watched)]),
  ];
};
