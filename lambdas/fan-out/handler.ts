import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { withBody } from '../bodies/kept-body.ts';
import { bucketObjects, type Objects } from '../bodies/objects.ts';
import { type Delivery, MAX_INLINE_BYTES, readDelivery, type StoredDelivery } from '../core/delivery.ts';
import { UNRECOGNIZED } from '../core/entity.ts';
import { dynamoEventLog } from '../event-log/claim.ts';
import { dynamoProgress } from '../event-log/progress.ts';
import {
  type Interpretation,
  interpretDelivery,
  routableEvents,
  withoutQueue,
} from '../events/interpretation.ts';
import { providerNamed } from '../providers/index.ts';
import { AWS_CLIENT } from '../runtime/aws-client.ts';
import { environment, environmentSeconds } from '../runtime/environment.ts';
import { WITHOUT_EARLY_END } from '../runtime/without-early-end.ts';
import { type Deadline, deadline, OutOfTime } from './deadline.ts';
import { sqsEntityQueues } from './queues.ts';
import { report } from './report.ts';
import { type ReceivedDelivery, type RouteTools, type Routing, route } from './route.ts';

/** For tests: AWS clients instead of the function's own. */
export interface FanOutClients {
  readonly sqs?: Parameters<typeof sqsEntityQueues>[1];
  readonly dynamo?: Parameters<typeof dynamoEventLog>[3];
  readonly objects?: Objects;
}

/**
 * The fan-out function: receives deliveries from the intake queue, claims their events in the event log and sends each to
 * its entity's queue. SQS redelivers failed messages and those after them in their group.
 *
 * Environment: `EVENT_LOG_TABLE`, `RETENTION_SECONDS`, `BODIES_BUCKET`, `UNRECOGNIZED_QUEUE_URL` and `ENTITIES`, separated by
 * commas.
 *
 * @throws {Error} at the function's start if its environment is wrong.
 */
export const createFanOut = ({
  sqs,
  dynamo = new DynamoDBClient(AWS_CLIENT),
  objects = bucketObjects(environment('BODIES_BUCKET')),
}: FanOutClients = {}) => {
  const entities: ReadonlySet<string> = new Set([UNRECOGNIZED, ...environment('ENTITIES').split(',')]);
  const retention = environmentSeconds('RETENTION_SECONDS');
  const table = environment('EVENT_LOG_TABLE');
  const log = dynamoEventLog(table, retention, Date.now, dynamo, objects);
  const progress = dynamoProgress(table, dynamo);
  const unrecognizedUrl = environment('UNRECOGNIZED_QUEUE_URL');
  // Queue names differ only in the entity. All URLs together could exceed the 4 KB of a function's environment. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
  // Stryker disable next-line Regex: SQS allows a full stop only before the final `fifo`, so the match is always at the end
  const urlOf = (entity: string) => unrecognizedUrl.replace(/unrecognized\.fifo$/, `${entity}.fifo`);
  const queues = sqsEntityQueues(urlOf, sqs);

  return middy<SQSEvent, SQSBatchResponse>(WITHOUT_EARLY_END).handler(async ({ Records }, context) => {
    const time = deadline(() => context.getRemainingTimeInMillis());
    const { messages, unreadable } = readMessages(Records);
    const tools: RouteTools = { log, queues, objects, progress, deadline: time };
    const failed = new Map(unreadable);
    const blocked = new Map<string, unknown>();
    for (const portion of portionsOf(messages)) {
      const batch = await interpretMessages(portion, entities, objects, time);
      const routing = await routePortion(batch, blocked, tools);
      // Each by itself, so that no portion's events are held until the last one is done.
      report(batch, routing);
      for (const [messageId, error] of routing.failed) failed.set(messageId, error);
    }
    if (unreadable.size > 0) report([], { ...NOTHING, failed: unreadable });
    return { batchItemFailures: [...failed.keys()].map((itemIdentifier) => ({ itemIdentifier })) };
  });
};

/** A message of the intake queue. */
interface Message extends Pick<ReceivedDelivery, 'messageId' | 'group'> {
  readonly stored: StoredDelivery;
}

/** An unreadable message fails, and so do the later messages of its group. */
const readMessages = (records: readonly SQSRecord[]) => {
  const messages: Message[] = [];
  const unreadable = new Map<string, unknown>();
  const blocked = new Map<string, unknown>();
  for (const { messageId, body, attributes } of records) {
    const group = attributes.MessageGroupId ?? messageId;
    if (blocked.has(group)) {
      unreadable.set(messageId, blocked.get(group));
      continue;
    }
    try {
      const stored = readDelivery(body);
      // Fails for a provider that is not in the code.
      providerNamed(stored.source.provider);
      messages.push({ messageId, group, stored });
    } catch (error) {
      unreadable.set(messageId, error);
      blocked.set(group, error);
    }
  }
  return { messages, unreadable };
};

/** How many large bodies are held in memory at once: parsed, each may take fifteen times its size. */
const MAX_LARGE = 3;

/** The messages in their order, in portions of at most so many large bodies. */
const portionsOf = (messages: readonly Message[]): readonly (readonly Message[])[] => {
  const portions: Message[][] = [];
  let large = new Set<string>();
  for (const message of messages) {
    const body = largeBodyOf(message);
    const isFull = body !== undefined && large.size === MAX_LARGE && !large.has(body);
    if (portions.length === 0 || isFull) {
      portions.push([]);
      large = new Set();
    }
    portions.at(-1)?.push(message);
    if (body !== undefined) large.add(body);
  }
  return portions;
};

/** What tells the message's large body from others; undefined for a smaller one. Parts of a delivery refer to the same. */
const largeBodyOf = ({ messageId, stored }: Message): string | undefined => {
  if (stored.body === undefined) return stored.deliveryId;
  return stored.body.length > MAX_INLINE_BYTES ? messageId : undefined;
};

/** Reads and interprets messages: a body to which several refer once. */
const interpretMessages = async (
  messages: readonly Message[],
  entities: ReadonlySet<string>,
  objects: Objects,
  time: Deadline,
): Promise<readonly ReceivedDelivery[]> => {
  const known = new Map<string, Promise<Read>>();
  const read = (message: Message): Promise<Read> => {
    const { messageId, stored } = message;
    const body = largeBodyOf(message) ?? messageId;
    const reading = known.get(body) ?? readAndInterpret(stored, objects, time);
    known.set(body, reading);
    return reading;
  };
  return await Promise.all(
    messages.map(async (message) => {
      const { messageId, group, stored } = message;
      try {
        const { delivery, events, part } = await read(message);
        const own = events.filter(({ number }) => stored.chosen?.includes(number) ?? true);
        const routable = routableEvents(own, delivery.replay).map((each) =>
          entities.has(each.event.entity) ? each : { ...each, event: withoutQueue(each.event) },
        );
        return { messageId, group, delivery, events: routable, part };
      } catch (cause) {
        const delivery = { ...stored, body: '' };
        return { messageId, group, delivery, events: [], part: () => delivery, unread: { cause } };
      }
    }),
  );
};

interface Read extends Interpretation {
  readonly delivery: Delivery;
}

const readAndInterpret = async (stored: StoredDelivery, objects: Objects, time: Deadline): Promise<Read> => {
  if (stored.body === undefined && !time.allowsWork()) throw new OutOfTime();
  const delivery = await withBody(stored, objects, time.work);
  return { delivery, ...interpretDelivery(providerNamed(delivery.source.provider), delivery) };
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

const NOTHING = { routed: [], duplicates: [], conflicts: [] } as const;

export const handler = createFanOut();
