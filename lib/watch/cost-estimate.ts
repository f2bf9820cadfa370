import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import type { NodeFunction } from '../node-function.ts';
import { combine } from './metrics.ts';
import type { Watched } from './watched.ts';

/**
 * AWS's list prices in us-east-1, in dollars, as of 2026-09. They stand for the order of magnitude; other regions cost up
 * to a half more, and the bill says what it was.
 */
const PRICES = {
  /** HTTP API, a request. https://aws.amazon.com/api-gateway/pricing/ */
  request: 1.0e-6,
  /** Lambda, an invocation. https://aws.amazon.com/lambda/pricing/ */
  invocation: 0.2e-6,
  /** Lambda on arm64, a GB and second. */
  gbSecond: 1.33334e-5,
  /** SQS FIFO, a request; sending, receiving and deleting is one each. https://aws.amazon.com/sqs/pricing/ */
  queueRequest: 0.5e-6,
  /** DynamoDB on demand, a write of 1 KB. https://aws.amazon.com/dynamodb/pricing/on-demand/ */
  write: 0.625e-6,
} as const;

const DAY = Duration.days(1);
const sum = { statistic: Stats.SUM, period: DAY } as const;

/** What a day is made of, in the things that AWS counts. */
export const volume = ({ gate: { api, ingests }, intake, eventLog: { table } }: Watched) => {
  const functions = [...ingests.values()].map((ingest) => ingest.function);
  return {
    requests: api.metricCount({ ...sum, label: 'requests' }),
    invocations: combine(
      'SUM',
      [...functions, intake.fanOut].map((fn) => fn.metricInvocations(sum)),
      'invocations',
      'i',
      DAY,
    ),
    writes: table.metricConsumedWriteCapacityUnits({ ...sum, label: 'writes of 1 KB' }),
    deliveries: intake.queue.metricNumberOfMessagesSent({ ...sum, label: 'stored deliveries' }),
    gbSeconds: gbSeconds([...functions, intake.fanOut]),
  };
};

// What had nothing to do that day has no value, and would leave the sum without one.
const gbSeconds = (functions: readonly NodeFunction[]): MathExpression =>
  new MathExpression({
    expression: functions.map((fn, index) => `FILL(d${index}, 0) / 1000 * ${memoryGb(fn)}`).join(' + '),
    usingMetrics: Object.fromEntries(functions.map((fn, index) => [`d${index}`, fn.metricDuration(sum)])),
    label: 'GB-seconds',
    period: DAY,
  });

const memoryGb = (fn: NodeFunction): number =>
  ((fn.node.defaultChild as CfnFunction).memorySize ?? 128) / 1024;

/**
 * What a day costs, roughly, in dollars: what grows with the number of deliveries, without the consumers, logs, alarms
 * and storage.
 */
export const dollarsADay = (watched: Watched): IMetric => {
  const { requests, invocations, writes, deliveries, gbSeconds: compute } = volume(watched);
  return new MathExpression({
    expression: [
      `requests * ${PRICES.request}`,
      `FILL(invocations, 0) * ${PRICES.invocation}`,
      `compute * ${PRICES.gbSecond}`,
      `FILL(writes, 0) * ${PRICES.write}`,
      // Stored, taken and deleted; then the event sent to its queue.
      `FILL(deliveries, 0) * 4 * ${PRICES.queueRequest}`,
    ].join(' + '),
    usingMetrics: { requests, invocations, compute, writes, deliveries },
    label: 'dollars a day, by list prices',
    period: DAY,
  });
};
