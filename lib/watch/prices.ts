/**
 * List prices in US dollars, without free tiers and discounts: of AWS for {@link PRICES_REGION}, and of hosted services. The
 * only place for prices. The dashboard computes with them in any region, and says which one they are of.
 *
 * `source` is the price list. The lists themselves show their figures by script, so each price was read where `read` says,
 * at the date there. What was not found is not here.
 */
export const PRICES = {
  apiRequest: {
    dollars: 1 / 1e6,
    each: 'request to an HTTP API, up to 300 million a month; per 512 KB',
    source: 'https://aws.amazon.com/api-gateway/pricing/',
    read: "the list's own example, 2026-09-20",
  },
  apiRequestAbove: {
    dollars: 0.9 / 1e6,
    each: 'request to an HTTP API above that',
    source: 'https://aws.amazon.com/api-gateway/pricing/',
    read: "the list's own example, 2026-09-20",
  },
  lambdaRequest: {
    dollars: 0.2 / 1e6,
    each: 'invocation',
    source: 'https://aws.amazon.com/lambda/pricing/',
    read: "the list's own example, 2026-09-20",
  },
  lambdaGigabyteSecond: {
    dollars: 0.0000133334,
    each: 'GB-second on arm64',
    source: 'https://aws.amazon.com/lambda/pricing/',
    read: 'the table in the package artillery 2.0.28',
  },
  sqsRequest: {
    dollars: 0.5 / 1e6,
    each: 'request to a FIFO queue; per 64 KB',
    source: 'https://aws.amazon.com/sqs/pricing/',
    read: 'cloudburn.io, 2026-03-14, and factualminds.com, 2026-06-13',
  },
  dynamoDbWrite: {
    dollars: 0.625 / 1e6,
    each: 'write request unit on demand; per 1 KB',
    source: 'https://aws.amazon.com/dynamodb/pricing/on-demand/',
    read: "a copy of AWS's Price List API, 2026-07-30",
  },
  dynamoDbRead: {
    dollars: 0.125 / 1e6,
    each: 'read request unit on demand; per 4 KB',
    source: 'https://aws.amazon.com/dynamodb/pricing/on-demand/',
    read: "a copy of AWS's Price List API, 2026-07-30",
  },
  dynamoDbStorage: {
    dollars: 0.25,
    each: 'GB-month in the table',
    source: 'https://aws.amazon.com/dynamodb/pricing/on-demand/',
    read: "a copy of AWS's Price List API, 2026-07-30",
  },
  dynamoDbBackup: {
    dollars: 0.2,
    each: 'GB-month of point-in-time recovery',
    source: 'https://aws.amazon.com/dynamodb/pricing/on-demand/',
    read: 'summaries of 2026, 2026-11-22',
  },
  secret: {
    dollars: 0.4,
    each: 'secret a month',
    source: 'https://aws.amazon.com/secrets-manager/pricing/',
    read: "the list's own example, 2026-09-20",
  },
  logIngestion: {
    dollars: 0.5,
    each: 'GB of ingested logs',
    source: 'https://aws.amazon.com/cloudwatch/pricing/',
    read: 'factualminds.com, 2026-06-13',
  },
  logStorage: {
    dollars: 0.03,
    each: 'GB-month of logs kept, compressed',
    source: 'https://aws.amazon.com/cloudwatch/pricing/',
    read: 'summaries of 2026, 2026-11-22',
  },
  metric: {
    dollars: 0.3,
    each: 'custom metric a month',
    source: 'https://aws.amazon.com/cloudwatch/pricing/',
    read: 'signoz.io, 2026-02-15',
  },
  alarmMetric: {
    dollars: 0.1,
    each: 'metric that an alarm watches, a month',
    source: 'https://aws.amazon.com/cloudwatch/pricing/',
    read: 'summaries of 2026, 2026-11-22',
  },
  dashboard: {
    dollars: 3,
    each: 'dashboard a month',
    source: 'https://aws.amazon.com/cloudwatch/pricing/',
    read: 'factualminds.com, 2026-06-13',
  },
  transferOut: {
    dollars: 0.09,
    each: 'GB that leaves AWS',
    source: 'https://aws.amazon.com/ec2/pricing/on-demand/',
    read: 'leanopstech.com, 2026-04-27',
  },
} as const satisfies Readonly<Record<string, Price>>;

export interface Price {
  readonly dollars: number;
  /** The unit. */
  readonly each: string;
  /** The price list. */
  readonly source: string;
  /** Where the figure was read, and when. */
  readonly read: string;
}

/** The region that AWS's prices are of. Other regions have others. */
export const PRICES_REGION = 'us-east-1';

/** When the prices were last compared with their sources. */
export const PRICES_AS_OF = '2026-11-29';

/** The number of requests a month above which `apiRequestAbove` applies. */
export const API_STEP = 300e6;

/** What an account has free of charge each month, without an end, and for all that runs in it. */
export const FREE_TIER = {
  metrics: 10,
  alarmMetrics: 10,
  /** Of up to 50 metrics each. */
  dashboards: 3,
  dashboardMetrics: 50,
  logGigabytes: 5,
  sqsRequests: 1e6,
  lambdaRequests: 1e6,
  lambdaGigabyteSeconds: 400_000,
} as const;

export const FREE_TIER_SOURCES = [
  'https://aws.amazon.com/cloudwatch/pricing/',
  'https://aws.amazon.com/sqs/pricing/',
  'https://aws.amazon.com/lambda/pricing/',
] as const;

/** What hosted services publish. */
export const HOSTED = {
  svix: { dollars: 100 / 1e6, included: 50_000, source: 'https://www.svix.com/pricing/', read: '2026-09-20' },
  hookdeck: { dollars: 39, included: 10_000, source: 'https://hookdeck.com/pricing', read: '2026-09-20' },
} as const;
