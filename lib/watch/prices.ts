/**
 * AWS's list prices in US dollars, for us-east-1, without free tiers and discounts.
 *
 * The pages in `source` could not be opened: the figures are from copies and summaries of 2026, as of {@link PRICES_AS_OF},
 * and the rest from memory. Check them before you decide by them.
 */
export const PRICES = {
  apiRequest: {
    dollars: 1 / 1e6,
    each: 'request to an HTTP API, up to 300 million a month; per 512 KB',
    source: 'api-gateway',
  },
  apiRequestAbove: { dollars: 0.9 / 1e6, each: 'request to an HTTP API above that', source: 'api-gateway' },
  lambdaRequest: { dollars: 0.2 / 1e6, each: 'invocation', source: 'lambda' },
  lambdaGigabyteSecond: { dollars: 0.0000133334, each: 'GB-second on arm64', source: 'lambda' },
  sqsRequest: { dollars: 0.5 / 1e6, each: 'request to a FIFO queue; per 64 KB', source: 'sqs' },
  dynamoDbWrite: { dollars: 0.625 / 1e6, each: 'write request unit on demand; per 1 KB', source: 'dynamodb' },
  dynamoDbRead: { dollars: 0.125 / 1e6, each: 'read request unit on demand; per 4 KB', source: 'dynamodb' },
  dynamoDbStorage: { dollars: 0.25, each: 'GB-month in the table', source: 'dynamodb' },
  dynamoDbBackup: { dollars: 0.2, each: 'GB-month of point-in-time recovery', source: 'dynamodb' },
  secret: { dollars: 0.4, each: 'secret a month', source: 'secrets-manager' },
  logIngestion: { dollars: 0.5, each: 'GB of ingested logs', source: 'cloudwatch' },
  logStorage: { dollars: 0.03, each: 'GB-month of logs kept, compressed', source: 'cloudwatch' },
  metric: { dollars: 0.3, each: 'custom metric a month', source: 'cloudwatch' },
  alarmMetric: { dollars: 0.1, each: 'metric that an alarm watches, a month', source: 'cloudwatch' },
  compositeAlarm: { dollars: 0.5, each: 'composite alarm a month', source: 'cloudwatch' },
  dashboard: { dollars: 3, each: 'dashboard a month', source: 'cloudwatch' },
  transferOut: { dollars: 0.09, each: 'GB that leaves AWS', source: 'ec2' },
} as const satisfies Readonly<Record<string, Price>>;

export const PRICES_AS_OF = '2026-11-22';

interface Price {
  readonly dollars: number;
  /** The unit. */
  readonly each: string;
  /** The page of the price list: `https://aws.amazon.com/<source>/pricing/`. */
  readonly source: string;
}

/** The number of requests a month above which `apiRequestAbove` applies. */
export const API_STEP = 300e6;
