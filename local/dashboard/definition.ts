import { resolve, type Scope } from '../assembly/intrinsics.ts';
import { AssemblyError, type Template } from '../assembly/template.ts';
import { REGION } from '../aws/endpoints.ts';

/** A metric in the format of a dashboard: namespace, name, dimensions and options; or an expression. */
export type MetricLine = readonly (string | MetricOptions)[];

export interface MetricOptions {
  readonly id?: string;
  readonly label?: string;
  readonly stat?: string;
  readonly visible?: boolean;
  readonly expression?: string;
  readonly yAxis?: string;
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
export interface Widget {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly title?: string;
    readonly markdown?: string;
    readonly view?: string;
    readonly metrics?: readonly MetricLine[];
    readonly alarms?: readonly string[];
    readonly query?: string;
    /** The function that a custom widget calls. */
    readonly endpoint?: string;
    readonly yAxis?: { readonly left?: { readonly label?: string } };
  };
}

/** An alarm of the template, with its metrics in the format of a dashboard. */
export interface AlarmDefinition {
  readonly name: string;
  readonly description: string;
  readonly metrics: readonly MetricLine[];
  readonly threshold: number;
  readonly below: boolean;
  /** What missing data counts as: a violation, none, or nothing, so that the state stays. */
  readonly missing: 'breaching' | 'notBreaching' | 'ignore';
  /** In how many of how many periods the threshold must be violated. */
  readonly reached: number;
  readonly of: number;
  /** The length of a period in seconds. */
  readonly period: number;
  /** The topics that it notifies when it starts. */
  readonly notifies: readonly string[];
}

export interface DashboardDefinition {
  readonly name: string;
  readonly widgets: readonly Widget[];
  readonly alarms: readonly AlarmDefinition[];
}

/**
 * Reads the dashboard and the alarms of a synthesized template. References are replaced by the names of the resources.
 *
 * @throws {AssemblyError} where the template has no dashboard.
 */
export const readDashboard = (template: Template): DashboardDefinition => {
  const scope = scopeOfNames(template);
  const of = <T = Readonly<Record<string, unknown>>>(type: string): readonly T[] =>
    Object.entries(template.Resources)
      .filter(([, { Type }]) => Type === type)
      .map(([id, { Properties = {} }]) => resolve(Properties, scope, id) as T);

  const [dashboard] = of('AWS::CloudWatch::Dashboard');
  if (dashboard === undefined) throw new AssemblyError('The template has no dashboard');
  return {
    name: String(dashboard.DashboardName),
    widgets: (JSON.parse(String(dashboard.DashboardBody)) as { readonly widgets: readonly Widget[] }).widgets,
    alarms: of<AlarmProperties>('AWS::CloudWatch::Alarm').map(toAlarm),
  };
};

const NAMES = ['QueueName', 'FunctionName', 'TableName', 'LogGroupName', 'AlarmName', 'TopicName'] as const;

/** Every reference to a resource gives its name. */
const scopeOfNames = ({ Resources }: Template): Scope => {
  const nameOf = (logicalId: string): unknown => {
    const properties = Resources[logicalId]?.Properties ?? {};
    return NAMES.map((name) => properties[name]).find((name) => typeof name === 'string') ?? logicalId;
  };
  const none = (what: string) => {
    throw new AssemblyError(`The dashboard refers to a ${what}, which the local dashboard doesn't support`);
  };
  return {
    ref: (name) => (name === 'AWS::Region' ? REGION : name.startsWith('AWS::') ? name : nameOf(name)),
    getAtt: nameOf,
    condition: () => none('condition'),
    findInMap: () => none('mapping'),
  };
};

interface AlarmProperties {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly Threshold: number;
  readonly ComparisonOperator: string;
  readonly TreatMissingData?: AlarmDefinition['missing'];
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm?: number;
  readonly Period?: number;
  readonly AlarmActions?: readonly string[];
  readonly Metrics?: readonly AlarmMetric[];
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly Dimensions?: readonly Dimension[];
  readonly Statistic?: string;
  readonly ExtendedStatistic?: string;
}

interface Dimension {
  readonly Name: string;
  readonly Value: string;
}

interface AlarmMetric {
  readonly Id: string;
  readonly Expression?: string;
  readonly ReturnData?: boolean;
  readonly MetricStat?: {
    readonly Metric: {
      readonly Namespace: string;
      readonly MetricName: string;
      readonly Dimensions?: readonly Dimension[];
    };
    readonly Stat: string;
    readonly Period: number;
  };
}

const toAlarm = (properties: AlarmProperties): AlarmDefinition => ({
  name: properties.AlarmName,
  description: properties.AlarmDescription,
  threshold: properties.Threshold,
  below: properties.ComparisonOperator.startsWith('LessThan'),
  missing: properties.TreatMissingData ?? 'notBreaching',
  reached: properties.DatapointsToAlarm ?? properties.EvaluationPeriods,
  of: properties.EvaluationPeriods,
  period:
    properties.Period ?? Math.max(...(properties.Metrics ?? []).map((one) => one.MetricStat?.Period ?? 0)),
  notifies: properties.AlarmActions ?? [],
  metrics: properties.Metrics?.map(toLine) ?? [
    [
      properties.Namespace ?? '',
      properties.MetricName ?? '',
      ...flat(properties.Dimensions),
      { stat: properties.Statistic ?? properties.ExtendedStatistic ?? 'Sum' },
    ],
  ],
});

const toLine = ({ Id, Expression, ReturnData = true, MetricStat }: AlarmMetric): MetricLine => {
  const options = { id: Id, visible: ReturnData };
  if (MetricStat === undefined) return [{ ...options, expression: Expression ?? '' }];
  const { Metric, Stat } = MetricStat;
  return [Metric.Namespace, Metric.MetricName, ...flat(Metric.Dimensions), { ...options, stat: Stat }];
};

const flat = (dimensions: readonly Dimension[] = []): readonly string[] =>
  dimensions.flatMap(({ Name, Value }) => [Name, Value]);
