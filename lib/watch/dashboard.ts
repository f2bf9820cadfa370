import { Stack } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  AlarmStatusWidgetSortBy,
  Dashboard as AwsDashboard,
  type IMetric,
  type IWidget,
  PeriodOverride,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { SEVERITIES, type Severity } from './alarm-kinds.ts';
import type { Alarms } from './alarms.ts';
import { dollarsADay, volume } from './cost-estimate.ts';
import {
  ANSWER_TIMES,
  EVENTS,
  LAGS,
  LAST_DELIVERIES,
  LAST_EVENTS,
  LAST_REJECTIONS,
  OUTCOMES,
  REASONS,
} from './log-queries.ts';
import { combine, gatepostMetric, PERIOD } from './metrics.ts';
import { PRICES_AS_OF, PRICES_REGION } from './prices.ts';
import type { WatchedWithThrottled } from './watched.ts';
import { FULL, graph, heading, numbers, returned, rows } from './widgets.ts';

export interface DashboardProps {
  readonly watched: WatchedWithThrottled;
  readonly alarms: Alarms;
}

/** The dashboard for on-call: alarms first, then backlog, incoming deliveries, latency, details, health and cost. */
export class Dashboard extends Construct {
  readonly dashboard: AwsDashboard;

  constructor(scope: Construct, id: string, { watched, alarms }: DashboardProps) {
    super(scope, id);
    const { region } = Stack.of(this);
    this.dashboard = new AwsDashboard(this, 'Dashboard', {
      dashboardName: watched.prefix,
      // Adapts the period to the time range.
      periodOverride: PeriodOverride.AUTO,
      widgets: [
        ...(alarms.all.length === 0 ? [] : [alarmStates(alarms)]),
        [heading('Given up and waiting')],
        backlog(watched),
        [heading('Incoming deliveries')],
        incoming(watched, region),
        [heading('Latency')],
        latency(watched, region),
        [heading('Recent deliveries and events')],
        ...(watched.console === undefined ? [] : [[returned('Events', watched.console.view)]]),
        recent(watched, region),
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

/** Pages beside tickets, without a severity that has no alarm: CloudWatch rejects a widget without alarms. */
const alarmStates = (alarms: Alarms): IWidget[] => {
  const shown = SEVERITIES.map((severity) => ({ severity, alarms: alarms.of(severity) })).filter(
    ({ alarms: list }) => list.length > 0,
  );
  return shown.map(
    ({ severity, alarms: list }) =>
      new AlarmStatusWidget({
        title: TITLES[severity],
        width: FULL / shown.length,
        height: 6,
        alarms: list.slice(0, MAX_ALARMS),
        sortBy: AlarmStatusWidgetSortBy.STATE_UPDATED_TIMESTAMP,
      }),
  );
};

const TITLES: Readonly<Record<Severity, string>> = {
  page: 'Pages: act now',
  ticket: 'Tickets: in working hours',
};

const visible = (queue: IQueue, label: string): IMetric =>
  queue.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, period: PERIOD, label });

const backlog = ({ intake, queues, deadLetterQueues, unrecognized }: WatchedWithThrottled): IWidget[] => {
  const deadLetters = deadLetterQueues.map(({ name, queue }) => visible(queue, name));
  const age = (queue: IQueue, label: string): IMetric =>
    queue.metricApproximateAgeOfOldestMessage({ statistic: Stats.MAXIMUM, period: PERIOD, label });
  const ages = queues.map(({ name, queue }) => age(queue, name));
  return [
    numbers('Given up', 12, [
      visible(intake.deadLetterQueue, 'by fan-out'),
      combine('SUM', deadLetters, 'by consumers'),
      visible(unrecognized, 'not understood'),
    ]),
    numbers('Oldest message, in seconds', 12, [
      age(intake.queue, 'before fan-out'),
      combine('MAX', ages, 'before a consumer'),
    ]),
    graph('Dead-letter queues', 12, 'messages', [visible(intake.deadLetterQueue, 'intake'), ...deadLetters]),
    graph('Oldest message', 12, 'seconds', [age(intake.queue, 'intake'), ...ages]),
  ];
};

const ingestLogs = ({ gate }: WatchedWithThrottled): readonly string[] =>
  [...gate.ingests.values()].map((ingest) => ingest.function.logGroup.logGroupName);

/** AWS counts what comes and goes; what became of it is in the log lines, and costs nothing until it is looked at. */
const incoming = (watched: WatchedWithThrottled, region: string): IWidget[] => {
  const { prefix, gate, intake, rejected, sources, queues, unrecognized } = watched;
  const sent = (queue: IQueue, label: string): IMetric =>
    queue.metricNumberOfMessagesSent({ statistic: Stats.SUM, period: PERIOD, label });
  const keeper = rejected === undefined ? [] : [rejected.keeper.logGroup.logGroupName];
  return [
    graph(
      'Received',
      6,
      'requests',
      [...gate.ingests].map(([source, ingest]) =>
        ingest.function.metricInvocations({ statistic: Stats.SUM, period: PERIOD, label: source }),
      ),
    ),
    graph('Rejected', 6, 'requests', [
      ...sources.map(({ source: { name } }) => gatepostMetric(prefix, 'Rejected', name)),
      gatepostMetric(prefix, 'SecretMissing', undefined, { label: 'for want of a secret' }),
      gatepostMetric(prefix, 'Unsubscribed', undefined, { label: 'subscriptions ended' }),
    ]),
    graph('Stored', 6, 'messages', [sent(intake.queue, 'intake')]),
    graph('Routed', 6, 'events', [
      ...queues.map(({ name, queue }) => sent(queue, name)),
      sent(unrecognized, 'unrecognized'),
    ]),
    rows(OUTCOMES, 8, region, ingestLogs(watched)),
    rows(REASONS, 8, region, [...ingestLogs(watched), ...keeper]),
    rows(EVENTS, 8, region, [intake.fanOut.logGroup.logGroupName]),
  ];
};

const latency = (watched: WatchedWithThrottled, region: string): IWidget[] => {
  const durations = [...watched.gate.ingests].flatMap(([source, ingest]) =>
    ['p50', 'p99'].map((statistic) =>
      ingest.function.metricDuration({ statistic, period: PERIOD, label: `${source} ${statistic}` }),
    ),
  );
  return [
    graph('Ingest: duration', 8, 'ms', durations),
    rows(ANSWER_TIMES, 8, region, ingestLogs(watched), 6),
    rows(LAGS, 8, region, [watched.intake.fanOut.logGroup.logGroupName], 6),
  ];
};

const recent = (watched: WatchedWithThrottled, region: string): IWidget[] => [
  rows(LAST_DELIVERIES, FULL, region, ingestLogs(watched)),
  rows(LAST_REJECTIONS, 12, region, ingestLogs(watched)),
  rows(LAST_EVENTS, 12, region, [watched.intake.fanOut.logGroup.logGroupName]),
];

const health = ({
  prefix,
  gate,
  intake,
  eventLog: { table },
  throttled,
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
    graph('Fan-out: failed attempts', 8, 'deliveries', [
      gatepostMetric(prefix, 'FanOutFailed', undefined, { label: 'returned' }),
      intake.queue.metricNumberOfMessagesDeleted({ ...sum, label: 'completed' }),
      intake.queue.metricApproximateNumberOfMessagesNotVisible({
        statistic: Stats.MAXIMUM,
        period,
        label: 'in work',
      }),
    ]),
    graph('Event log', 8, 'requests', [
      ...['PutItem', 'UpdateItem'].flatMap((operation) =>
        [
          ['ThrottledRequests', 'throttled'],
          ['SystemErrors', 'errors'],
        ].map(([name = '', what]) =>
          table.metric(name, {
            ...sum,
            label: `${operation} ${what}`,
            dimensionsMap: { TableName: table.tableName, Operation: operation },
          }),
        ),
      ),
    ]),
  ];
};

const cost = (watched: WatchedWithThrottled): IWidget[] => {
  const { requests, invocations, writes, deliveries } = volume(watched);
  return [
    graph('Volume, by day', 12, 'a day', [requests, invocations, deliveries, writes]),
    graph(
      `Estimate by list prices of ${PRICES_REGION}, ${PRICES_AS_OF}, without consumers, logs and alarms`,
      12,
      'US dollars a day',
      [dollarsADay(watched)],
    ),
  ];
};
