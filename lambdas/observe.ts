import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/** One JSON line a delivery, one an event. Never payloads, secrets, signatures or UnsubscribeURLs. */
export const logger = new Logger({ serviceName: 'gatepost' });

/** Every metric there is, with its unit. All have the dimension `source`; `Rejected` and `Failed` also come by `reason`. */
const UNITS = {
  Received: MetricUnit.Count,
  Accepted: MetricUnit.Count,
  Rejected: MetricUnit.Count,
  Failed: MetricUnit.Count,
  Confirmed: MetricUnit.Count,
  Unsubscribed: MetricUnit.Count,
  Test: MetricUnit.Count,
  /** Something worth counting about a genuine request, by the dimensions `finding` and `value`. */
  Finding: MetricUnit.Count,
  /** Receipt to verdict, in ms. */
  VerifyMs: MetricUnit.Milliseconds,
  /** Receipt to answer, in ms. */
  AnswerMs: MetricUnit.Milliseconds,
  Routed: MetricUnit.Count,
  Duplicate: MetricUnit.Count,
  Unrecognized: MetricUnit.Count,
  /** A delivery with no event in it. */
  Empty: MetricUnit.Count,
  /** Receipt to the event's queue, in ms. */
  FanOutLagMs: MetricUnit.Milliseconds,
} as const;

export type MetricName = keyof typeof UNITS;

/**
 * Writes metrics in CloudWatch's embedded metric format: a log line, not a call.
 *
 * @param dimensions what they are counted by: at least the source.
 * @param values one value a metric, or several for a distribution.
 */
export const emit = (
  dimensions: { readonly source: string } & Readonly<Record<string, string>>,
  values: Readonly<Partial<Record<MetricName, number | readonly number[]>>>,
): void => {
  for (const [name, value] of Object.entries(dimensions)) metrics.addDimension(name, value);
  for (const [name, value] of Object.entries(values) as [MetricName, number | readonly number[]][]) {
    for (const one of typeof value === 'number' ? [value] : value) metrics.addMetric(name, UNITS[name], one);
  }
  metrics.publishStoredMetrics();
};

const metrics = new Metrics({ namespace: 'Gatepost', serviceName: 'gatepost' });
// Powertools counts by `service` unasked. There is one service here; the source is what on-call looks at.
metrics.clearDefaultDimensions();
