import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { readDelivery } from '../core/delivery.ts';
import { UNRECOGNIZED } from '../core/entity.ts';
import { dynamoEventLog } from '../event-log/claim.ts';
import { dynamoProgress } from '../event-log/progress.ts';
import { interpretDelivery, routableEvents, withoutQueue } from '../events/interpretation.ts';
import { providerNamed } from '../providers/index.ts';
import { AWS_CLIENT } from '../runtime/aws-client.ts';
import { environment, environmentSeconds } from '../runtime/environment.ts';
import { WITHOUT_EARLY_END } from '../runtime/without-early-end.ts';
import { deadline } from './deadline.ts';
import { sqsEntityQueues } from './queues.ts';
import { report } from './report.ts';
import { type ReceivedDelivery, route } from './route.ts';

/** For tests: AWS clients instead of the function's own. */
export interface FanOutClients {
  readonly sqs?: Parameters<typeof sqsEntityQueues>[1];
  readonly dynamo?: Parameters<typeof dynamoEventLog>[3];
}

/**
 * The fan-out function: receives deliveries from the intake queue, claims their events in the event log and sends each to
 * its entity's queue. SQS redelivers failed messages and those after them in their group.
 *
 * Environment: `EVENT_LOG_TABLE`, `RETENTION_SECONDS`, `UNRECOGNIZED_QUEUE_URL` and `ENTITIES`, separated by commas.
 *
 * @throws {Error} at the function's start if its environment is wrong.
 */
export const createFanOut = ({ sqs, dynamo = new DynamoDBClient(AWS_CLIENT) }: FanOutClients = {}) => {
  const entities: ReadonlySet<string> = new Set([UNRECOGNIZED, ...environment('ENTITIES').split(',')]);
  const retention = environmentSeconds('RETENTION_SECONDS');
  const table = environment('EVENT_LOG_TABLE');
  const log = dynamoEventLog(table, retention, Date.now, dynamo);
  const progress = dynamoProgress(table, dynamo);
  const unrecognizedUrl = environment('UNRECOGNIZED_QUEUE_URL');
  // Queue names differ only in the entity. All URLs together could exceed the 4 KB of a function's environment. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
  // Stryker disable next-line Regex: SQS allows a full stop only before the final `fifo`, so the match is always at the end
  const urlOf = (entity: string) => unrecognizedUrl.replace(/unrecognized\.fifo$/, `${entity}.fifo`);
  const queues = sqsEntityQueues(urlOf, sqs);

  return middy<SQSEvent, SQSBatchResponse>(WITHOUT_EARLY_END).handler(async ({ Records }, context) => {
    const { batch, unreadable } = readBatch(Records, entities);
    const time = deadline(() => context.getRemainingTimeInMillis());
    const routing = await route(batch, { log, queues, progress, deadline: time });
    const failed = new Map([...unreadable, ...routing.failed]);
    report(batch, { ...routing, failed });
    return { batchItemFailures: [...failed.keys()].map((itemIdentifier) => ({ itemIdentifier })) };
  });
};

/** An unreadable message fails, and so do the later messages of its group. */
const readBatch = (records: readonly SQSRecord[], entities: ReadonlySet<string>) => {
  const batch: ReceivedDelivery[] = [];
  const unreadable = new Map<string, unknown>();
  const blocked = new Map<string, unknown>();
  for (const { messageId, body, attributes } of records) {
    const group = attributes.MessageGroupId ?? messageId;
    if (blocked.has(group)) {
      unreadable.set(messageId, blocked.get(group));
      continue;
    }
    try {
      const delivery = readDelivery(body);
      const { events, part } = interpretDelivery(providerNamed(delivery.source.provider), delivery);
      const routable = routableEvents(events, delivery.replay).map((each) =>
        entities.has(each.event.entity) ? each : { ...each, event: withoutQueue(each.event) },
      );
      batch.push({ messageId, group, delivery, events: routable, part });
    } catch (error) {
      unreadable.set(messageId, error);
      blocked.set(group, error);
    }
  }
  return { batch, unreadable };
};

export const handler = createFanOut();
