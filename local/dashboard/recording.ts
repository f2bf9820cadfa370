import { awsSamples } from './aws-metrics.ts';

/** A line that a function printed during a run. */
export interface RecordedLine {
  readonly at: number;
  readonly functionName: string;
  readonly text: string;
}

export interface Sample {
  readonly at: number;
  readonly value: number;
}

/** The values of one metric with one set of dimensions. */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly samples: Sample[];
}

/** The output of a run: its lines, and the metrics that they count, or that AWS would count of them. */
export interface Recording {
  readonly from: number;
  readonly to: number;
  readonly metrics: readonly Metric[];
  readonly logs: readonly LogLine[];
}

export interface LogLine extends RecordedLine {
  readonly fields: Fields;
}

type Fields = Readonly<Record<string, unknown>>;

/** The part of a line in the embedded metric format that declares the metrics. */
interface EmbeddedMetrics {
  readonly _aws: {
    readonly Timestamp: number;
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string }[];
    }[];
  };
}

/**
 * Reads the lines of a run, as CloudWatch would.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export const readRecording = (lines: readonly RecordedLine[]): Recording => {
  const metrics = new Map<string, Metric>();
  const logs: LogLine[] = [];
  for (const line of lines) {
    const fields = parseFields(line.text);
    if (fields === undefined) continue;
    if ('_aws' in fields) addMetrics(metrics, fields as Fields & EmbeddedMetrics);
    for (const { value, ...metric } of awsSamples(line.functionName, fields))
      metricOf(metrics, metric).samples.push({ at: line.at, value });
    logs.push({ ...line, fields });
  }
  const times = lines.map(({ at }) => at);
  return { from: Math.min(...times), to: Math.max(...times), metrics: [...metrics.values()], logs };
};

const addMetrics = (metrics: Map<string, Metric>, fields: Fields & EmbeddedMetrics): void => {
  const { Timestamp: at, CloudWatchMetrics } = fields._aws;
  for (const { Namespace: namespace, Dimensions, Metrics } of CloudWatchMetrics) {
    for (const names of Dimensions) {
      const dimensions = Object.fromEntries([...names].sort().map((name) => [name, String(fields[name])]));
      for (const { Name: name } of Metrics) {
        const metric = metricOf(metrics, { namespace, name, dimensions });
        for (const value of [fields[name]].flat()) {
          if (typeof value === 'number') metric.samples.push({ at, value });
        }
      }
    }
  }
};

/** The metric, which is new if it had no value before. */
const metricOf = (metrics: Map<string, Metric>, identity: Omit<Metric, 'samples'>): Metric => {
  const { namespace, name, dimensions } = identity;
  const key = JSON.stringify([namespace, name, dimensions]);
  const metric = metrics.get(key) ?? { namespace, name, dimensions, samples: [] };
  metrics.set(key, metric);
  return metric;
};

const parseFields = (text: string): Fields | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Fields) : undefined;
  } catch {
    // A line that isn't JSON contains no metrics.
    return undefined;
  }
};
