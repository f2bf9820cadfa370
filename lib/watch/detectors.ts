import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { AlarmKind } from './alarm-kinds.ts';
import { combine, gatepostMetric, inGroups, PERIOD, rejectedShare, share } from './metrics.ts';
import { silenceWindow } from './silence.ts';
import type { WatchedQueue, WatchedWithThrottled } from './watched.ts';

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
  /** The consumer that is told beside the topics of all alarms. Default: none. */
  readonly owner?: string;
  /** Alarms below the threshold instead of at or above it. Default: false. */
  readonly below?: boolean;
}

/** All detectors, in the order of the path. */
export const detectors = (watched: WatchedWithThrottled): readonly Detector[] => [
  ...gate(watched),
  ...ingest(watched),
  ...intake(watched),
  ...fanOut(watched),
  ...queues(watched),
  ...provider(watched),
];

/** Ignores short bursts. */
const LASTING = { reached: 3, of: 3 } as const;
const MOSTLY = { reached: 2, of: 3 } as const;
/** Ignores a message that SQS shows for a moment while it moves it. */
const STAYING = { reached: 2, of: 2 } as const;

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

const ingest = ({ prefix, gate: { ingests } }: WatchedWithThrottled): readonly Detector[] => [
  ...[...ingests].flatMap(([source, { function: fn }]): readonly Detector[] => {
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
        metric: rejectedShare(
          gatepostMetric(prefix, 'Rejected', source, { period: REJECTION_PERIOD }),
          fn.metricInvocations({ period: REJECTION_PERIOD, statistic: Stats.SUM }),
          MIN_REJECTIONS,
          REJECTION_PERIOD,
        ),
      },
    ];
  }),
  // One for all sources: a metric and an alarm for each would cost as much as all that watches its function.
  ...([...ingests.values()].every(({ secret }) => secret === undefined)
    ? []
    : [{ kind: 'secret-missing', metric: gatepostMetric(prefix, 'SecretMissing') } as const]),
];

const intake = ({ intake: { queue, deadLetterQueue } }: WatchedWithThrottled): readonly Detector[] => [
  {
    kind: 'intake-age',
    metric: queue.metricApproximateAgeOfOldestMessage({ statistic: Stats.MAXIMUM, period: PERIOD }),
  },
  { kind: 'intake-stuck', metric: stuck(queue), periods: LASTING },
  { kind: 'intake-dlq', ...waiting(deadLetterQueue) },
];

/**
 * The messages in a queue, or 0 if any was completed. The age of the oldest message does not show this: it leaves out
 * messages that were received several times and not deleted. A message that fails is in flight until its next try.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
const stuck = (queue: IQueue): IMetric =>
  new MathExpression({
    expression: 'IF(FILL(deleted, 0) > 0, 0, MAX([visible, inflight]))',
    usingMetrics: {
      deleted: queue.metricNumberOfMessagesDeleted({ statistic: Stats.SUM, period: PERIOD }),
      visible: queue.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, period: PERIOD }),
      inflight: queue.metricApproximateNumberOfMessagesNotVisible({
        statistic: Stats.MAXIMUM,
        period: PERIOD,
      }),
    },
    label: 'waiting, and none completed',
    period: PERIOD,
  });

const fanOut = ({ prefix, intake: { fanOut: fn } }: WatchedWithThrottled): readonly Detector[] => [
  {
    kind: 'fan-out-errors',
    // Lambda counts crashes; fan-out itself counts the deliveries that it returns.
    metric: combine(
      'SUM',
      [fn.metricErrors({ period: PERIOD }), gatepostMetric(prefix, 'FanOutFailed')],
      'failed tries',
    ),
    periods: LASTING,
  },
];

const queues = ({ queues, deadLetterQueues, unrecognized }: WatchedWithThrottled): readonly Detector[] => [
  // One for each: the alarm of several would say nothing of a second consumer while the first one's lasts.
  ...deadLetterQueues.map(({ name, queue, owner }) => ({
    kind: 'queue-dlq' as const,
    which: name,
    ...waiting(queue),
    ...(owner !== undefined && { owner }),
  })),
  ...byOwner(queues).flatMap(({ owner, all }) =>
    numbered(
      all.map((queue) =>
        queue.metricApproximateAgeOfOldestMessage({ statistic: Stats.MAXIMUM, period: PERIOD }),
      ),
      'oldest message',
      owner,
    ).map((group) => ({ kind: 'queue-age' as const, ...group })),
  ),
  { kind: 'unrecognized', ...waiting(unrecognized) },
];

/** The queues of all consumers that are not told by themselves, and those of each that is. */
const byOwner = (queues: readonly WatchedQueue[]) =>
  [...Map.groupBy(queues, ({ owner }) => owner)].map(([owner, list]) => ({
    owner,
    all: list.map(({ queue }) => queue),
  }));

const provider = ({ prefix, sources }: WatchedWithThrottled): readonly Detector[] => [
  ...sources.flatMap(({ source: { name }, options: { silenceAfter } }): readonly Detector[] =>
    silenceAfter === undefined ? [] : [silent(prefix, name, silenceAfter)],
  ),
  ...(sources.some(({ provider }) => provider.endsSubscriptions === true)
    ? [{ kind: 'unsubscribed', metric: gatepostMetric(prefix, 'Unsubscribed') } as const]
    : []),
];

const silent = (prefix: string, source: string, silenceAfter: Duration): Detector => {
  const { period, evaluationPeriods } = silenceWindow(source, silenceAfter);
  return {
    kind: 'silence',
    which: source,
    metric: gatepostMetric(prefix, 'Accepted', source, { period }),
    periods: { reached: evaluationPeriods, of: evaluationPeriods },
    // Without deliveries there is no data.
    missingData: TreatMissingData.BREACHING,
    below: true,
  };
};

/**
 * The messages in a queue that is usually empty, those in flight left out: in a dead-letter queue they are looked at. Not the
 * number sent, which excludes messages that SQS moves itself. An idle queue stops reporting after hours; the alarm then keeps
 * its state, since the messages are still there.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
const waiting = (queue: IQueue) => ({
  metric: queue.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, period: PERIOD }),
  periods: STAYING,
  missingData: TreatMissingData.IGNORE,
});

/** The largest of metrics, in groups of ten, numbered if there are several groups. A single metric stays as it is. */
const numbered = (metrics: readonly IMetric[], label: string, owner?: string) => {
  const groups = inGroups(metrics);
  return groups.map((group, index) => {
    const which = [owner, groups.length > 1 ? String(index + 1) : undefined].filter(
      (part) => part !== undefined,
    );
    return {
      metric: group.length === 1 ? (group[0] as IMetric) : combine('MAX', group, label),
      ...(which.length > 0 && { which: which.join('-') }),
      ...(owner !== undefined && { owner }),
    };
  });
};
