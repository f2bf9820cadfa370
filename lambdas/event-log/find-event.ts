import { gunzipSync } from 'node:zlib';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { Delivery } from '../core/delivery.ts';
import { type Item, type ListedEvent, optional, toListedEvent } from './listed-event.ts';
import type { EventLogTable } from './partition.ts';
import { ATTRIBUTE, PARTITION_KEY, TTL_ATTRIBUTE } from './schema.ts';

/** An event with everything that the event log stores about it. */
export interface StoredEvent extends ListedEvent {
  /** The delivery without its body, with the source's settings at that time. */
  readonly delivery: Omit<Delivery, 'body' | 'replay'>;
  /** Absent if it was too large for the log. */
  readonly body?: string;
  /** Why there is no body. */
  readonly bodyOmitted?: string;
  /** DynamoDB deletes the event some time after. */
  readonly expiresAt: Date;
  /** The id of the last duplicate delivery. */
  readonly lastDuplicate?: string;
  /** ISO 8601, UTC. */
  readonly lastDuplicateAt?: string;
  /** ISO 8601, UTC. */
  readonly lastReplayedAt?: string;
}

/** Finds an event by its key, with a consistent read. */
export const findEvent = async (
  { dynamo, table }: EventLogTable,
  key: string,
): Promise<StoredEvent | undefined> => {
  if (!KEY.test(key)) return undefined;
  const { Item } = await dynamo.send(
    new GetItemCommand({ TableName: table, Key: { [PARTITION_KEY]: { S: key } }, ConsistentRead: true }),
  );
  // The table holds replay journals too.
  return Item?.[ATTRIBUTE.delivery] === undefined ? undefined : toStoredEvent(Item);
};

/** The format of an event's key: a source, a digest, what distinguishes it from another event of that id, and for a replay its id. */
export const KEY = /^[a-z0-9-]{1,32}:[\w-]{1,100}(\.[\w-]{1,40})?(~[\w-]{1,40})?$/;

const toStoredEvent = (item: Item): StoredEvent => {
  const body = item[ATTRIBUTE.bodyGzip]?.B;
  return {
    ...toListedEvent(item),
    delivery: JSON.parse(item[ATTRIBUTE.delivery]?.S ?? ''),
    ...(body !== undefined && { body: gunzipSync(body).toString() }),
    ...optional(item, ATTRIBUTE.bodyOmitted),
    expiresAt: new Date(Number(item[TTL_ATTRIBUTE]?.N) * 1000),
    ...optional(item, ATTRIBUTE.lastDuplicate),
    ...optional(item, ATTRIBUTE.lastDuplicateAt),
    ...optional(item, ATTRIBUTE.lastReplayedAt),
  };
};
