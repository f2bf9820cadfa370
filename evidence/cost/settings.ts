import type { Properties, Template } from '../../local/assembly/template.ts';

/** What of a synthesized template costs money. */
export interface CostSettings {
  readonly sources: number;
  readonly ingestMegabytes: number;
  readonly fanOutMegabytes: number;
  readonly queues: number;
  readonly secrets: number;
  readonly retentionDays: number;
  /** How many indexes the event log has. */
  readonly indexes: number;
  /** How long logs are kept; of several log groups the longest. */
  readonly logRetentionDays: number;
  /** Metrics that alarms watch: an alarm on a sum of ten watches ten. */
  readonly alarmMetrics: number;
  readonly alarms: number;
  readonly compositeAlarms: number;
  readonly dashboards: number;
  readonly metricFilters: number;
}

/**
 * Reads them.
 *
 * @throws {Error} where the template has no fan-out or no ingest function.
 */
export const costSettings = (template: Template): CostSettings => {
  const of = (type: string): readonly Properties[] =>
    Object.values(template.Resources)
      .filter(({ Type }) => Type === type)
      .map(({ Properties = {} }) => Properties);

  const functions = of('AWS::Lambda::Function');
  const ingests = functions.filter((one) => 'SOURCE' in variables(one));
  // Others may read the event log; fan-out is who empties a queue.
  const [fanOut] = of('AWS::Lambda::EventSourceMapping').map((mapping) => targetOf(template, mapping));
  if (fanOut === undefined || ingests.length === 0)
    throw new Error('The template has no fan-out or no ingest function: is it a Gatepost?');
  const alarms = of('AWS::CloudWatch::Alarm');
  return {
    sources: ingests.length,
    ingestMegabytes: Math.max(...ingests.map(({ MemorySize }) => Number(MemorySize))),
    fanOutMegabytes: Number(fanOut.MemorySize),
    queues: of('AWS::SQS::Queue').length,
    secrets: of('AWS::SecretsManager::Secret').length,
    retentionDays: Number(variables(fanOut).RETENTION_SECONDS) / 86_400,
    indexes: of('AWS::DynamoDB::Table').reduce((sum, table) => sum + indexesOf(table), 0),
    logRetentionDays: Math.max(
      0,
      ...of('AWS::Logs::LogGroup').map(({ RetentionInDays }) => Number(RetentionInDays)),
    ),
    alarmMetrics: alarms.reduce((sum, alarm) => sum + metricsOf(alarm), 0),
    alarms: alarms.length,
    compositeAlarms: of('AWS::CloudWatch::CompositeAlarm').length,
    dashboards: of('AWS::CloudWatch::Dashboard').length,
    metricFilters: of('AWS::Logs::MetricFilter').length,
  };
};

const targetOf = ({ Resources }: Template, { FunctionName }: Properties): Properties | undefined =>
  Resources[(FunctionName as { readonly Ref?: string } | undefined)?.Ref ?? '']?.Properties;

const indexesOf = ({ GlobalSecondaryIndexes }: Properties): number =>
  Array.isArray(GlobalSecondaryIndexes) ? GlobalSecondaryIndexes.length : 0;

const variables = ({ Environment }: Properties): Properties =>
  (Environment as { readonly Variables?: Properties } | undefined)?.Variables ?? {};

/** An alarm on an expression is billed by the metrics in it; one that is a query at least as one. */
const metricsOf = ({ Metrics }: Properties): number =>
  Array.isArray(Metrics)
    ? Math.max(1, Metrics.filter(({ MetricStat }) => MetricStat !== undefined).length)
    : 1;
