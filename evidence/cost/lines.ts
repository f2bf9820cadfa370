import { API_STEP, FREE_TIER, PRICES } from '../../lib/watch/prices.ts';
import { ASSUMPTIONS } from './assumptions.ts';
import type { CostSettings } from './settings.ts';

/** A line of the bill. */
export interface CostLine {
  readonly name: string;
  /** Dollars a month. */
  readonly dollars: number;
}

/**
 * The bill of a month.
 *
 * @param events how many events come in the month.
 */
export const costLines = (settings: CostSettings, events: number): readonly CostLine[] => {
  const deliveries = events / A.eventsPerDelivery.value;
  const invocations = deliveries / A.deliveriesPerInvocation.value;
  return [
    { name: 'API Gateway: requests', dollars: apiRequests(deliveries) },
    { name: 'Lambda: invocations', dollars: (deliveries + invocations) * PRICES.lambdaRequest.dollars },
    { name: 'Lambda: ingest', dollars: compute(deliveries, A.ingestMs.value, settings.ingestMegabytes) },
    { name: 'Lambda: fan-out', dollars: compute(invocations, A.fanOutMs.value, settings.fanOutMegabytes) },
    { name: 'SQS: deliveries through intake.fifo', dollars: intake(deliveries, invocations) },
    { name: "SQS: events through their queues, consumers' requests included", dollars: requests(events, 3) },
    { name: 'SQS: asking an empty intake.fifo', dollars: emptyReceives() },
    { name: 'SQS: asking an empty rejected.fifo', dollars: emptyReceives() },
    {
      name: 'DynamoDB: writes',
      dollars: events * A.itemUnits.value * PRICES.dynamoDbWrite.dollars,
    },
    {
      name: 'DynamoDB: writes to its indexes',
      dollars: events * settings.indexes * Math.ceil(A.indexedKilobytes.value) * PRICES.dynamoDbWrite.dollars,
    },
    { name: 'DynamoDB: storage', dollars: stored(events, settings) * PRICES.dynamoDbStorage.dollars },
    {
      name: 'DynamoDB: storage of its indexes',
      dollars:
        settings.indexes *
        stored(events, settings, A.indexedKilobytes.value) *
        PRICES.dynamoDbStorage.dollars,
    },
    {
      name: 'DynamoDB: point-in-time recovery',
      dollars: stored(events, settings) * PRICES.dynamoDbBackup.dollars,
    },
    { name: 'Secrets Manager', dollars: settings.secrets * PRICES.secret.dollars },
    { name: 'CloudWatch: logs taken in', dollars: logs(deliveries) * PRICES.logIngestion.dollars },
    { name: 'CloudWatch: logs kept', dollars: keptLogs(deliveries, settings) * PRICES.logStorage.dollars },
    { name: 'CloudWatch: metrics', dollars: settings.customMetrics * PRICES.metric.dollars },
    { name: 'CloudWatch: alarms', dollars: settings.alarmMetrics * PRICES.alarmMetric.dollars },
    { name: 'CloudWatch: dashboard', dollars: settings.dashboards * PRICES.dashboard.dollars },
    {
      name: 'Data transfer: answers',
      dollars: gigabytes(deliveries, A.answerKilobytes.value) * PRICES.transferOut.dollars,
    },
  ];
};

/**
 * What the free tier leaves of the fixed costs, in an account that uses it for nothing else. A dashboard with more metrics
 * than are free costs its price.
 */
export const fixedAfterFreeTier = (settings: CostSettings): number => {
  const { customMetrics, alarmMetrics, dashboards, dashboardMetrics, secrets } = settings;
  const paidDashboards =
    dashboardMetrics > FREE_TIER.dashboardMetrics
      ? dashboards
      : Math.max(0, dashboards - FREE_TIER.dashboards);
  return (
    Math.max(0, customMetrics - FREE_TIER.metrics) * PRICES.metric.dollars +
    Math.max(0, alarmMetrics - FREE_TIER.alarmMetrics) * PRICES.alarmMetric.dollars +
    paidDashboards * PRICES.dashboard.dollars +
    secrets * PRICES.secret.dollars +
    Math.max(0, 2 * EMPTY_RECEIVES - FREE_TIER.sqsRequests) * PRICES.sqsRequest.dollars
  );
};

/** The sum of a bill, in dollars. */
export const total = (lines: readonly CostLine[]): number =>
  lines.reduce((sum, { dollars }) => sum + dollars, 0);

const A = ASSUMPTIONS;
const KILOBYTES_PER_GIGABYTE = 1024 ** 2;
const MONTH_DAYS = 30;
/** SQS counts each 64 KB of a request as one. */
const SQS_KILOBYTES = 64;
/** The longest that Lambda lets a receive wait, in seconds. */
const WAIT_SECONDS = 20;

const apiRequests = (deliveries: number): number =>
  Math.min(deliveries, API_STEP) * PRICES.apiRequest.dollars +
  Math.max(0, deliveries - API_STEP) * PRICES.apiRequestAbove.dollars;

const compute = (invocations: number, milliseconds: number, megabytes: number): number =>
  invocations * (milliseconds / 1000) * (megabytes / 1024) * PRICES.lambdaGigabyteSecond.dollars;

const requests = (messages: number, each: number): number =>
  messages * each * Math.ceil(A.messageKilobytes.value / SQS_KILOBYTES) * PRICES.sqsRequest.dollars;

/** A delivery is sent by itself; received and deleted it is with those that fan-out gets beside it. */
const intake = (deliveries: number, invocations: number): number =>
  requests(deliveries, 1) + requests(invocations, 2);

/** Of one queue, in a month. */
const EMPTY_RECEIVES = A.pollers.value * ((MONTH_DAYS * 86_400) / WAIT_SECONDS);

const emptyReceives = (): number => EMPTY_RECEIVES * PRICES.sqsRequest.dollars;

const gigabytes = (count: number, kilobytes: number): number => (count * kilobytes) / KILOBYTES_PER_GIGABYTE;

/** What lies in the event log once the oldest events expire. */
const stored = (
  events: number,
  { retentionDays }: CostSettings,
  kilobytes: number = A.itemKilobytes.value,
): number => gigabytes(events, kilobytes) * (retentionDays / MONTH_DAYS);

const logs = (deliveries: number): number =>
  gigabytes(deliveries, A.lineKilobytes.value + A.platformKilobytes.value + A.accessKilobytes.value);

const keptLogs = (deliveries: number, { logRetentionDays }: CostSettings): number =>
  logs(deliveries) * A.logCompression.value * (logRetentionDays / MONTH_DAYS);
