import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import type { NodeFunction } from '../node-function.ts';
import { combine } from './metrics.ts';
import { PRICES } from './prices.ts';
import type { Watched } from './watched.ts';

const DAY = Duration.days(1);
const sum = { statistic: Stats.SUM, period: DAY } as const;

/** The billed quantities of a day. */
export const volume = ({ gate: { api, ingests }, intake, eventLog }: Watched) => {
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
    writes: writes(eventLog),
    deliveries: intake.queue.metricNumberOfMessagesSent({ ...sum, label: 'stored deliveries' }),
    gbSeconds: gbSeconds([...functions, intake.fanOut]),
  };
};

/** A table's metric doesn't include the writes of its indexes. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html */
const writes = ({ table, indexes }: Watched['eventLog']): IMetric =>
  combine(
    'SUM',
    [
      table.metricConsumedWriteCapacityUnits(sum),
      ...indexes.map((name) =>
        table.metric('ConsumedWriteCapacityUnits', {
          ...sum,
          dimensionsMap: { TableName: table.tableName, GlobalSecondaryIndexName: name },
        }),
      ),
    ],
    'writes of 1 KB',
    'w',
    DAY,
  );

// FILL, because without an invocation that day a function has no value, and neither would the sum.
const gbSeconds = (functions: readonly NodeFunction[]): MathExpression =>
  new MathExpression({
    expression: functions.map((fn, index) => `FILL(d${index}, 0) / 1000 * ${memoryGb(fn)}`).join(' + '),
    usingMetrics: Object.fromEntries(functions.map((fn, index) => [`d${index}`, fn.metricDuration(sum)])),
    label: 'GB-seconds',
    period: DAY,
  });

const memoryGb = (fn: NodeFunction): number =>
  ((fn.node.defaultChild as CfnFunction).memorySize ?? 128) / 1024;

/** The approximate costs of a day in dollars, by list prices, without consumers, logs, alarms and storage. */
export const dollarsADay = (watched: Watched): IMetric => {
  const { requests, invocations, writes, deliveries, gbSeconds: compute } = volume(watched);
  return new MathExpression({
    expression: `(${[
      `requests * ${aMillion(PRICES.apiRequest)}`,
      `FILL(invocations, 0) * ${aMillion(PRICES.lambdaRequest)}`,
      `compute * ${aMillion(PRICES.lambdaGigabyteSecond)}`,
      `FILL(writes, 0) * ${aMillion(PRICES.dynamoDbWrite)}`,
      // Stored, received and deleted; then the event is sent to its queue.
      `FILL(deliveries, 0) * 4 * ${aMillion(PRICES.sqsRequest)}`,
    ].join(' + ')}) / 1000000`,
    usingMetrics: { requests, invocations, compute, writes, deliveries },
    label: 'dollars a day, by list prices',
    period: DAY,
  });
};

/** The price of a million, because metric math isn't documented to accept `2e-7`. */
const aMillion = ({ dollars }: { readonly dollars: number }): string =>
  String(Number((dollars * 1e6).toPrecision(6)));
