/** The default quotas of AWS, from its documentation. */
export interface Quota {
  readonly value: number;
  readonly unit: string;
  readonly source: string;
}

const SQS = 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html';
const LAMBDA = 'https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html';

/** As of November 2026. */
export const QUOTAS = {
  apiRequests: {
    value: 10_000,
    unit: 'requests a second, in an account and region',
    source: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html',
  },
  concurrency: { value: 1_000, unit: 'executions at a time, in an account and region', source: LAMBDA },
  scaling: {
    value: 1_000,
    unit: 'more executions every 10 seconds, for each function',
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html',
  },
  mappingConcurrency: {
    value: 1_000,
    unit: 'executions at a time, the most that can be set for an event source of SQS',
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html',
  },
  fifoCallsLarge: {
    value: 70_000,
    unit: 'calls a second of each action, for a FIFO queue of high throughput in us-east-1, us-west-2 and eu-west-1',
    source: SQS,
  },
  fifoCallsSmall: {
    value: 2_400,
    unit: 'calls a second of each action, for such a queue in the regions with the least',
    source: SQS,
  },
  fifoCallsOfGroup: { value: 300, unit: 'calls a second of each action, for a message group', source: SQS },
  inFlight: { value: 120_000, unit: 'messages of a FIFO queue in flight', source: SQS },
  tableWrites: {
    value: 40_000,
    unit: 'write units a second, for a table or an index on demand',
    source: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html',
  },
  newTableWrites: {
    value: 4_000,
    unit: 'write units a second, for a table that is new or has never had more',
    source: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html',
  },
  partitionWrites: {
    value: 1_000,
    unit: 'write units a second, for a partition key',
    source: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html',
  },
} as const satisfies Readonly<Record<string, Quota>>;
