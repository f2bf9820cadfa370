import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { bucketObjects, type Objects } from '../../lambdas/bodies/objects.ts';
import { deadLettersBehind } from '../../lambdas/core/routing-table.ts';
import type { EventLogTable } from '../../lambdas/event-log/partition.ts';
import type { StageLogs } from '../../lambdas/history/path.ts';
import { type DeadLetterQueues, INTAKE } from '../../lambdas/history/state.ts';
import type { ReplayTools } from '../../lambdas/replay/replay-tools.ts';
import type { Context } from '../context.ts';
import type { Deployment } from '../deployment/deployment.ts';

export const eventLogOf = ({ clients, eventLogTable }: Deployment): EventLogTable => ({
  dynamo: new DynamoDBClient(clients.dynamodb),
  table: eventLogTable,
});

/** The bucket of large bodies, whose objects are read by their URIs. */
export const objectsOf = ({ clients }: Deployment): Pick<Objects, 'get'> => bucketObjects('', clients.s3);

/** The logs of the stages that an event passes: ingest of its source, and fan-out. */
export const stageLogsOf = (
  { clients, logGroups, prefix, sources }: Deployment,
  source: string,
): StageLogs => {
  const { functionName = '' } = sources.find(({ name }) => name === source) ?? {};
  const fanOut = `${prefix}-fan-out`;
  return {
    logs: new CloudWatchLogsClient(clients.logs),
    ingest: logGroups[functionName],
    fanOut: logGroups[fanOut] ?? `/aws/lambda/${fanOut}`,
  };
};

export const deadLetterQueuesOf = ({
  clients,
  prefix,
  queues,
  intakeDeadLetterQueueUrl,
}: Deployment): DeadLetterQueues => ({
  sqs: new SQSClient(clients.sqs),
  prefix,
  urlsOf: (queue) => {
    if (queue === INTAKE) return [intakeDeadLetterQueueUrl];
    const url = queues[queue];
    return url === undefined ? [] : deadLetterQueuesBehind(prefix, queue, url);
  },
});

/** The URLs that the dead-letter queue behind a queue may have, of which one exists, or two after an upgrade from 0.1.0. */
export const deadLetterQueuesBehind = (prefix: string, queue: string, url: string): readonly string[] =>
  deadLettersBehind(queue).map((name) => urlBeside(url, `${prefix}-${name}`));

/** The URL of another queue of the same account. */
export const urlBeside = (url: string, name: string): string =>
  `${url.slice(0, url.lastIndexOf('/') + 1)}${name}.fifo`;

/** `https://…/gatepost-company.fifo` -> `gatepost-company.fifo` */
export const queueName = (url: string): string => url.slice(url.lastIndexOf('/') + 1);

export const replayToolsOf = async (context: Context, deployment: Deployment): Promise<ReplayTools> => ({
  log: eventLogOf(deployment),
  objects: objectsOf(deployment),
  sqs: new SQSClient(deployment.clients.sqs),
  intakeQueueUrl: deployment.intakeQueueUrl,
  sources: new Map(
    deployment.sources.map(({ name, provider, settings }) => [name, { name, provider, settings }]),
  ),
  routing: await deployment.routing(),
  now: () => context.now().getTime(),
  sleep: context.sleep,
});
