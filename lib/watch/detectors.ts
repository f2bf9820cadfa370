import { Duration } from 'aws-cdk-lib';
import {
  type IMetric,
  MathExpression,
  type Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { UNREADABLE_SOURCE } from '../../lambdas/runtime/metric-schema.ts';
import type { AlarmKind } from './alarm-kinds.ts';
import { combine, gatepostMetric, inGroups, PERIOD, rejectedShare, share } from './metrics.ts';
import { silenceWindow } from './silence.ts';
import type { WatchedWithThrottled } from './watched.ts';

/** An alarm without its threshold. */
export interface Detector {
  readonly kind: AlarmKind;
  /** The source, or the number of the group, if there are several alarms of the kind. */
  readonly which?: string;
  readonly metric: IMetric;
  /** In how many of how many periods the threshold must be reached. Default: 1 of 1. */
  readonly periods?: { readonly reached: number; readonly of: number };
  /** Default: not breaching. */
  readonly missingData?: TreatMissingData;
  /** Alarms below the threshold instead of at or above it. Default: false. */
  readonly below?: boolean;
}

/** All detectors, in the order of the path. */
export const detectors = (watched: WatchedWithThrottled): readonly Detector[] => [
  ...gate(watched),
  ...ingest(watched),
  ...intake(watched),
  ...fanOut(watched),
  ...eventLog(watched),
  ...queues(watched),
  ...provider(watched),
];

/** Ignores short bursts. */
const LASTING = { reached: 3, of: 3 } as const;
const MOSTLY = { reached: 2, of: 3 } as const;

/** Ignores the few requests of a scanner. */
const MIN_REJECTIONS = 10;
const REJECTION_PERIOD = Duration.minutes(15);

const gate = ({ gate: { api }, throttled }: WatchedWithThrottled): readonly Detector[] => [
  {
    kind: 'gate-errors',
    metric: share(
      api.metricServerError({ statistic: Stats.SUM, period: PERIOD }),
      api.metricCount({ statistic: Stats.SUM, period: PERIOD }),
    ),
    periods: MOSTLY,
  },
  { kind: 'gate-throttled', metric: throttled },
];

const ingest = ({ gate: { ingests } }: WatchedWithThrottled): readonly Detector[] =>
  [...ingests].flatMap(([source, { function: fn, secret }]): readonly Detector[] => {
    const timeoutMs = fn.timeout?.toMilliseconds() ?? 3_000;
    return [
      { kind: 'ingest-errors', which: source, metric: fn.metricErrors({ period: PERIOD }) },
      { kind: 'ingest-throttles', which: source, metric: fn.metricThrottles({ period: PERIOD }) },
      {
        kind: 'ingest-slow',
        which: source,
        metric: new MathExpression({
          expression: `100 * duration / ${timeoutMs}`,
          usingMetrics: { duration: fn.metricDuration({ statistic: 'p99', period: PERIOD }) },
          label: source,
          period: PERIOD,
        }),
        periods: MOSTLY,
      },
      {
        kind: 'rejections',
        which: source,
        metric: rejectedShare(source, MIN_REJECTIONS, REJECTION_PERIOD),
      },
      ...(secret === undefined
        ? []
        : [
            {
              kind: 'secret-missing',
              which: source,
              metric: combine(
                'SUM',
                [
                  gatepostMetric('Failed', { source, reason: 'secret-unset' }),
                  gatepostMetric('Failed', { source, reason: 'secret-unavailable' }),
                ],
                source,
              ),
            } as const,
          ]),
    ];
  });

const intake = ({ intake: { queue, deadLetterQueue } }: WatchedWithThrottled): readonly Detector[] => [
  {
    kind: 'intake-age',
    metric: queue.metricApproximateAgeOfOldestMessage({ statistic: Stats.MAXIMUM, period: PERIOD }),
  },
  { kind: 'intake-dlq', ...waiting(deadLetterQueue) },
];

const fanOut = ({ intake: { fanOut: fn }, gate: { ingests } }: WatchedWithThrottled): readonly Detector[] => {
  const sources = [...ingests.keys()];
  const failed = [...sources, UNREADABLE_SOURCE].map((source) => gatepostMetric('FanOutFailed', { source }));
  const lags = sources.map((source) => gatepostMetric('FanOutLagMs', { source }, { statistic: 'p99' }));
  return [
    // Lambda counts crashes; fan-out itself counts the deliveries that it returns.
    ...numbered([fn.metricErrors({ period: PERIOD }), ...failed], 'SUM', 'failed tries').map((group) => ({
      kind: 'fan-out-errors' as const,
      ...group,
      periods: LASTING,
    })),
    ...numbered(lags, 'MAX', 'slowest source').map((group) => ({
      kind: 'fan-out-lag' as const,
      ...group,
      periods: LASTING,
    })),
  ];
};

const eventLog = ({ eventLog: { table } }: WatchedWithThrottled): readonly Detector[] => {
  // Not CDK's own sum, which uses `+` and has no value while one operation has none.
  const sum = (metricName: string, label: string): IMetric =>
    combine(
      'SUM',
      WRITES.map((Operation) =>
        table.metric(metricName, {
          dimensionsMap: { TableName: table.tableName, Operation },
          statistic: Stats.SUM,
          period: PERIOD,
        }),
      ),
      label,
    );
  return [
    { kind: 'event-log-throttled', metric: sum('ThrottledRequests', 'throttled'), periods: LASTING },
    { kind: 'event-log-errors', metric: sum('SystemErrors', 'errors'), periods: LASTING },
  ];
};

const WRITES = ['PutItem', 'UpdateItem'] as const;

const queues = ({ entityQueues, consumers }: WatchedWithThrottled): readonly Detector[] => {
  const own = [...consumers.all.values()];
  const deadLetters = [entityQueues, ...own].map(({ deadLetterQueue }) => waiting(deadLetterQueue).metric);
  const ages = [
    // Without unrecognized.fifo, which has an alarm of its own.
    ...entityQueues.entities.map((entity) => entityQueues.queue(entity)),
    ...own.flatMap((consumer) => [...consumer.queues.values()]),
  ].map((queue) => queue.metricApproximateAgeOfOldestMessage({ statistic: Stats.MAXIMUM, period: PERIOD }));
  return [
    ...numbered(deadLetters, 'MAX', 'fullest dead-letter queue').map((group) => ({
      kind: 'queue-dlq' as const,
      ...group,
      missingData: TreatMissingData.IGNORE,
    })),
    ...numbered(ages, 'MAX', 'oldest message').map((group) => ({ kind: 'queue-age' as const, ...group })),
    { kind: 'unrecognized', ...waiting(entityQueues.unrecognized) },
  ];
};

const provider = ({ sources }: WatchedWithThrottled): readonly Detector[] =>
  sources.flatMap(({ source: { name }, options: { silenceAfter } }): readonly Detector[] => [
    ...(silenceAfter === undefined ? [] : [silent(name, silenceAfter)]),
    { kind: 'unsubscribed', which: name, metric: gatepostMetric('Unsubscribed', { source: name }) },
  ]);

const silent = (source: string, silenceAfter: Duration): Detector => {
  const { period, evaluationPeriods } = silenceWindow(source, silenceAfter);
  return {
    kind: 'silence',
    which: source,
    metric: gatepostMetric('Accepted', { source }, { period }),
    periods: { reached: evaluationPeriods, of: evaluationPeriods },
    // Without deliveries there is no data.
    missingData: TreatMissingData.BREACHING,
    below: true,
  };
};

/**
 * The messages in a queue that is usually empty. Not the number sent, which excludes messages that SQS moves itself. An idle
 * queue stops reporting after hours; the alarm then keeps its state, since the messages are still there.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
const waiting = (queue: { metricApproximateNumberOfMessagesVisible(options: object): Metric }) => ({
  metric: queue.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, period: PERIOD }),
  missingData: TreatMissingData.IGNORE,
});

/** Combines metrics in groups of ten, numbered if there are several groups. */
const numbered = (metrics: readonly IMetric[], how: 'MAX' | 'SUM', label: string) => {
  const groups = inGroups(metrics);
  return groups.map((group, index) => ({
    metric: combine(how, group, label),
    ...(groups.length > 1 && { which: String(index + 1) }),
  }));
};
