import { ROUTING_METADATA, type RoutingTable } from '../../lambdas/core/routing-table.ts';
import { providerNamed } from '../../lambdas/providers/index.ts';
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
  readonly dashboards: number;
  /** Metrics on the dashboard. */
  readonly dashboardMetrics: number;
  /** The entities that have a queue, without `unrecognized`. */
  readonly entities: number;
  /** Metrics that are not AWS's own, if all of them occur in a month. */
  readonly customMetrics: number;
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
    dashboards: of('AWS::CloudWatch::Dashboard').length,
    dashboardMetrics: of('AWS::CloudWatch::Dashboard').reduce((sum, one) => sum + metricsOn(one), 0),
    entities: (template.Metadata?.[ROUTING_METADATA] as RoutingTable | undefined)?.entities.length ?? 0,
    customMetrics: customMetrics(ingests) + of('AWS::Logs::MetricFilter').length,
  };
};

/** A metric is a list that begins with its namespace. */
const metricsOn = ({ DashboardBody }: Properties): number =>
  JSON.stringify(DashboardBody).match(/\[\\"(AWS\/|Gatepost)/g)?.length ?? 0;

/** What the functions write: see `lambdas/runtime/metric-schema.ts`. */
const customMetrics = (ingests: readonly Properties[]): number => {
  const some = (isSo: (variables: Properties) => boolean): number =>
    Number(ingests.map(variables).some(isSo));
  const rejected = ingests.length;
  const accepted = ingests.filter((one) => 'COUNT_ACCEPTED' in variables(one)).length;
  const secretMissing = some((one) => 'SECRET_ARN' in one);
  const unsubscribed = some(({ SOURCE }) => {
    const { provider } = JSON.parse(String(SOURCE)) as { readonly provider: string };
    return providerNamed(provider).endsSubscriptions === true;
  });
  return rejected + accepted + secretMissing + unsubscribed + FAN_OUT_FAILED;
};

const FAN_OUT_FAILED = 1;

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
