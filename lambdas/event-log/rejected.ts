import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { rejectedBodyKey } from '../bodies/keys.ts';
import type { Objects } from '../bodies/objects.ts';
import { type RejectedRequest, toRequest } from '../core/rejected-request.ts';
import type { Reason } from '../core/rejection.ts';
import type { WebhookRequest } from '../core/request.ts';
import type { EventQuery } from './event-query.ts';
import type { Item, ListedEvent } from './listed-event.ts';
import type { EventLogTable } from './partition.ts';
import type { Position } from './position.ts';
import {
  AT_ATTRIBUTE,
  ATTRIBUTE,
  PARTITION_KEY,
  quotaKey,
  REJECTED,
  rejectedKey,
  SOURCE_INDEX,
  shardOf,
  sourceHour,
  TTL_ATTRIBUTE,
} from './schema.ts';
import { searchEvents } from './search.ts';

// Rejected requests are kept in the event log's table, and listed by its index, in partitions of their own.

/** How many are kept of a source and a day: those whose signature holds, and all others. */
export const QUOTA = 1_000;

/** Longer than a day, whatever the clocks. */
const QUOTA_SECONDS = 3 * 24 * 60 * 60;

/** What came of checking a rejected request again. */
export interface Retried {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Who did it, as the caller says. */
  readonly by: string;
  readonly outcome: RetryOutcome;
  /** The id of the delivery that was stored. */
  readonly deliveryId?: string;
  /** Why it is still refused. */
  readonly reason?: Reason;
}

export type RetryOutcome =
  /** It is genuine, and was stored like any delivery. */
  | 'stored'
  /** A handshake, which was confirmed. */
  | 'confirmed'
  /** It is genuine, and nothing was to be stored: a test, an empty list, the end of a subscription. */
  | 'nothing-to-store'
  /** It is still refused. */
  | 'refused';

/** A rejected request in a list. */
export interface ListedRejection {
  readonly id: string;
  /** ISO 8601, UTC, with milliseconds. */
  readonly receivedAt: string;
  readonly source: string;
  readonly provider: string;
  readonly reason: Reason;
  /** Whether its signature is known to hold. */
  readonly isSigned: boolean;
  /** What came of the last try. Absent if there was none. */
  readonly retried?: RetryOutcome;
}

/** A rejected request, with everything that is kept. */
export interface StoredRejection extends Omit<RejectedRequest, 'bodyGzip'> {
  /** The compressed body in base64. Absent if there is a `bodyRef`. */
  readonly bodyGzip?: string;
  /** The URI of an object with the compressed body, if it is too large for an item. */
  readonly bodyRef?: string;
  /** The last try. */
  readonly retried?: Retried;
  /** DynamoDB deletes it some time after. */
  readonly expiresAt: Date;
}

/** The largest compressed body in an item, in bytes. DynamoDB limits an item to 400 KB, and API Gateway all headers to 10 KB. */
export const MAX_ITEM_BODY_BYTES = 370_000;

/** Where rejected requests are kept. */
export interface RejectedStore {
  readonly dynamo: Pick<DynamoDBClient, 'send'>;
  /** The table's name. */
  readonly table: string;
  /** The bucket, for bodies that are too large for an item. */
  readonly objects: Pick<Objects, 'put' | 'uriOf'>;
}

/** The outcome of {@link keepRejected}. */
export type Keeping = 'kept' | 'over-quota' | 'expired';

/**
 * Keeps a rejected request, within the quota of its source's day. The same request is kept once. Nothing is written to the
 * bucket outside of the quota.
 *
 * @throws if DynamoDB or S3 is unavailable.
 */
export const keepRejected = async (
  { dynamo, table, objects }: RejectedStore,
  rejected: RejectedRequest,
  now: number,
): Promise<Keeping> => {
  const expiresAt = Math.floor(Date.parse(rejected.receivedAt) / 1000) + rejected.keep;
  if (expiresAt * 1000 <= now) return 'expired';
  const isWithinQuota = await isCounted(
    rejected.id,
    dynamo.send(
      new UpdateItemCommand({
        TableName: table,
        Key: { [PARTITION_KEY]: { S: quotaKey(rejected.source, rejected.receivedAt, rejected.isSigned) } },
        UpdateExpression: 'ADD #done :one SET #last = :id, #expiresAt = :expiresAt',
        ConditionExpression: 'attribute_not_exists(#done) OR (#done < :most AND #last <> :id)',
        ExpressionAttributeNames: {
          '#done': ATTRIBUTE.done,
          '#last': ATTRIBUTE.deliveryId,
          '#expiresAt': TTL_ATTRIBUTE,
        },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        ExpressionAttributeValues: {
          ':id': { S: rejected.id },
          ':one': { N: '1' },
          ':most': { N: String(QUOTA) },
          ':expiresAt': { N: String(Math.floor(now / 1000) + QUOTA_SECONDS) },
        },
      }),
    ),
  );
  if (!isWithinQuota) return 'over-quota';
  const bytes = Buffer.from(rejected.bodyGzip, 'base64');
  const key = rejectedBodyKey(rejected.source, rejected.id);
  const isLarge = bytes.length > MAX_ITEM_BODY_BYTES;
  if (isLarge) await objects.put(key, { bytes, contentType: 'application/gzip' });
  const body: Record<string, AttributeValue> = isLarge
    ? { [ATTRIBUTE.bodyRef]: { S: objects.uriOf(key) } }
    : { [ATTRIBUTE.bodyGzip]: { B: bytes } };
  // Of a message that SQS delivers again, nothing that was noted since is lost.
  await unlessConditionFails(
    dynamo.send(
      new PutItemCommand({
        TableName: table,
        Item: { ...toItem(rejected, expiresAt), ...body },
        ConditionExpression: 'attribute_not_exists(#key)',
        ExpressionAttributeNames: { '#key': PARTITION_KEY },
      }),
    ),
  );
  return 'kept';
};

/**
 * Whether a request was counted, now or before: however often it is tried, it takes one of the quota. The count names the
 * last one, which is enough, since of a source one is kept after the other.
 */
const isCounted = async (id: string, written: Promise<unknown>): Promise<boolean> => {
  try {
    await written;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return error.Item?.[ATTRIBUTE.deliveryId]?.S === id;
    throw error;
  }
};

/** Whether a conditional write was carried out. */
const unlessConditionFails = async (written: Promise<unknown>): Promise<boolean> => {
  try {
    await written;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
};

const toItem = (rejected: RejectedRequest, expiresAt: number): Record<string, AttributeValue> => {
  const { id, source, provider, receivedAt, reason, isSigned, bodyGzip: _, ...rest } = rejected;
  return {
    [PARTITION_KEY]: { S: rejectedKey(id) },
    [AT_ATTRIBUTE]: { S: receivedAt },
    [SOURCE_INDEX.partitionKey]: { S: sourceHour(partitionOf(source), receivedAt, shardOf(`:${id}`)) },
    [ATTRIBUTE.deliveryId]: { S: id },
    [ATTRIBUTE.receivedAt]: { S: receivedAt },
    [ATTRIBUTE.source]: { S: source },
    [ATTRIBUTE.provider]: { S: provider },
    [ATTRIBUTE.entity]: { S: isSigned ? REJECTED.signed : REJECTED.unsigned },
    [ATTRIBUTE.reason]: { S: reason },
    [ATTRIBUTE.request]: { S: JSON.stringify(rest) },
    [TTL_ATTRIBUTE]: { N: String(expiresAt) },
  };
};

/** No source has such a name, so no list of events has them. */
const partitionOf = (source: string): string => `rejected/${source}`;

/** The format of a rejected request's id. */
export const REJECTED_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Finds a rejected request by its id, with a consistent read. An expired one is none. */
export const findRejected = async (
  { dynamo, table }: EventLogTable,
  id: string,
  now: number,
): Promise<StoredRejection | undefined> => {
  if (!REJECTED_ID.test(id)) return undefined;
  const { Item } = await dynamo.send(
    new GetItemCommand({
      TableName: table,
      Key: { [PARTITION_KEY]: { S: rejectedKey(id) } },
      ConsistentRead: true,
    }),
  );
  const found = Item === undefined ? undefined : toStored(Item);
  return found === undefined || found.expiresAt.getTime() <= now ? undefined : found;
};

const toStored = (item: Item): StoredRejection => {
  const text = (name: string): string => item[name]?.S ?? '';
  const retried = item[ATTRIBUTE.retried]?.S;
  const bodyRef = item[ATTRIBUTE.bodyRef]?.S;
  return {
    ...(JSON.parse(text(ATTRIBUTE.request)) as Pick<
      RejectedRequest,
      'detail' | 'keep' | 'method' | 'url' | 'path' | 'sourceIp' | 'headers' | 'hashed'
    >),
    id: text(ATTRIBUTE.deliveryId),
    source: text(ATTRIBUTE.source),
    provider: text(ATTRIBUTE.provider),
    receivedAt: text(ATTRIBUTE.receivedAt),
    reason: text(ATTRIBUTE.reason) as Reason,
    isSigned: text(ATTRIBUTE.entity) === REJECTED.signed,
    ...(bodyRef === undefined
      ? { bodyGzip: Buffer.from(item[ATTRIBUTE.bodyGzip]?.B ?? []).toString('base64') }
      : { bodyRef }),
    ...(retried !== undefined && { retried: JSON.parse(retried) as Retried }),
    expiresAt: new Date(Number(item[TTL_ATTRIBUTE]?.N) * 1000),
  };
};

/**
 * The request as it came, with its body, which is read from the bucket if it lies there.
 *
 * @throws if S3 is unavailable.
 */
export const requestOf = async (
  { bodyGzip = '', bodyRef, ...kept }: StoredRejection,
  objects: Pick<Objects, 'get'>,
): Promise<WebhookRequest> =>
  toRequest({
    ...kept,
    bodyGzip: bodyRef === undefined ? bodyGzip : (await objects.get(bodyRef)).toString('base64'),
  });

/** Selects rejected requests. */
export interface RejectedQuery extends Pick<EventQuery, 'sources' | 'since' | 'until' | 'order'> {
  readonly reason?: string | undefined;
  /** Only those after this one: the time of its receipt, and its id for a key. */
  readonly after?: Position | undefined;
}

/**
 * The rejected requests of a query, in order. Reads only as far as the caller iterates.
 *
 * @throws {EventLogError} if the table doesn't have the index by source.
 */
export async function* searchRejected(
  log: EventLogTable,
  { sources, after, ...query }: RejectedQuery,
): AsyncGenerator<ListedRejection> {
  const items = searchEvents(log, {
    ...query,
    sources: sources.map(partitionOf),
    after: after && { at: after.at, key: rejectedKey(after.key) },
  });
  for await (const item of items) yield toListed(item);
}

const toListed = ({ deliveryId, receivedAt, source, provider, reason, entity, action }: ListedEvent) => ({
  id: deliveryId,
  receivedAt,
  source,
  provider,
  reason: reason as Reason,
  isSigned: entity === REJECTED.signed,
  ...(action !== '' && { retried: action as RetryOutcome }),
});

/** Notes a try. What was stored before stays noted. */
export const markRetried = async (
  { dynamo, table }: EventLogTable,
  id: string,
  retried: Retried,
): Promise<void> => {
  await unlessConditionFails(
    dynamo.send(
      new UpdateItemCommand({
        TableName: table,
        Key: { [PARTITION_KEY]: { S: rejectedKey(id) } },
        UpdateExpression: 'SET #retried = :retried, #action = :outcome',
        ConditionExpression:
          'attribute_exists(#key) AND (attribute_not_exists(#action) OR #action = :refused)',
        ExpressionAttributeNames: {
          '#key': PARTITION_KEY,
          '#retried': ATTRIBUTE.retried,
          '#action': ATTRIBUTE.action,
        },
        ExpressionAttributeValues: {
          ':retried': { S: JSON.stringify(retried) },
          ':outcome': { S: retried.outcome },
          ':refused': { S: 'refused' satisfies RetryOutcome },
        },
      }),
    ),
  );
};
