import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { bucketObjects, type Objects } from '../bodies/objects.ts';
import { ROUTING_FILE, type RoutingTable, readRoutes } from '../core/routing-table.ts';
import { dynamoEventLog } from '../event-log/claim.ts';
import { dynamoProgress } from '../event-log/progress.ts';
import { AWS_CLIENT } from '../runtime/aws-client.ts';
import { readBundleFile } from '../runtime/bundle-file.ts';
import { environment, environmentSeconds } from '../runtime/environment.ts';
import { WITHOUT_EARLY_END } from '../runtime/without-early-end.ts';
import { deadline } from './deadline.ts';
import { portionsOf, readMessages } from './intake-messages.ts';
import { interpretMessages } from './interpret-messages.ts';
import { sqsQueues } from './queues.ts';
import { report } from './report.ts';
import { type RouteTools, type Routing, route } from './route.ts';
import type { ReceivedDelivery } from './step.ts';

/** For tests: AWS clients instead of the function's own. */
export interface FanOutClients {
  readonly sqs?: Parameters<typeof sqsQueues>[1];
  readonly dynamo?: Parameters<typeof dynamoEventLog>[3];
  readonly objects?: Objects;
  readonly routing?: RoutingTable;
}

/**
 * The fan-out function: receives deliveries from the intake queue, claims their events in the event log and sends each to
 * the queues that want it. SQS redelivers failed messages and those after them in their group.
 *
 * Environment: `EVENT_LOG_TABLE`, `RETENTION_SECONDS`, `BODIES_BUCKET` and `UNRECOGNIZED_QUEUE_URL`; in its bundle the file
 * of `routing-table.ts`.
 *
 * @throws {Error} at the function's start if its environment is wrong.
 */
export const createFanOut = ({
  sqs,
  dynamo = new DynamoDBClient(AWS_CLIENT),
  objects = bucketObjects(environment('BODIES_BUCKET')),
  routing = readBundleFile<RoutingTable>(ROUTING_FILE),
}: FanOutClients = {}) => {
  const entities: ReadonlySet<string> = new Set(routing.entities);
  const routes = readRoutes(routing);
  const retention = environmentSeconds('RETENTION_SECONDS');
  const table = environment('EVENT_LOG_TABLE');
  const log = dynamoEventLog(table, retention, Date.now, dynamo, objects);
  const progress = dynamoProgress(table, dynamo);
  const unrecognizedUrl = environment('UNRECOGNIZED_QUEUE_URL');
  // Queue names have the same prefix. All URLs together could exceed the 4 KB of a function's environment. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
  // Stryker disable next-line Regex: SQS allows a full stop only before the final `fifo`, so the match is always at the end
  const urlOf = (queue: string) => unrecognizedUrl.replace(/unrecognized\.fifo$/, `${queue}.fifo`);
  const queues = sqsQueues(urlOf, sqs);

  return middy<SQSEvent, SQSBatchResponse>(WITHOUT_EARLY_END).handler(async ({ Records }, context) => {
    const time = deadline(() => context.getRemainingTimeInMillis());
    const { messages, unreadable } = readMessages(Records);
    const tools: RouteTools = { log, routes, queues, objects, progress, deadline: time };
    const failed = new Map(unreadable);
    const blocked = new Map<string, unknown>();
    for (const portion of portionsOf(messages)) {
      const batch = await interpretMessages(portion, { entities, routes }, objects, time);
      const routing = await routePortion(batch, blocked, tools);
      // Each by itself, so that no portion's events are held until the last one is done.
      report(batch, routing);
      for (const [messageId, error] of routing.failed) failed.set(messageId, error);
    }
    if (unreadable.size > 0) report([], { ...NOTHING, failed: unreadable });
    return { batchItemFailures: [...failed.keys()].map((itemIdentifier) => ({ itemIdentifier })) };
  });
};

/** @param blocked the groups of which an earlier portion has left a message, with why; it is complemented. */
const routePortion = async (
  batch: readonly ReceivedDelivery[],
  blocked: Map<string, unknown>,
  tools: RouteTools,
): Promise<Routing> => {
  const open = batch.filter(({ group }) => !blocked.has(group));
  const routing = await route(open, tools);
  const failed = new Map(routing.failed);
  for (const { messageId, group } of batch) {
    if (blocked.has(group)) failed.set(messageId, blocked.get(group));
  }
  for (const { messageId, group } of open) {
    if (failed.has(messageId)) blocked.set(group, failed.get(messageId));
  }
  return { ...routing, failed };
};

const NOTHING = { routed: [], sentTo: new Map(), duplicates: [], conflicts: [], causes: new Map() } as const;
