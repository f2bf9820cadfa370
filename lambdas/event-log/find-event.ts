import { gunzipSync } from 'node:zlib';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { Delivery } from '../core/delivery.ts';
import { type Item, type ListedEvent, optional, toListedEvent } from './listed-event.ts';
import type { EventLogTable } from './partition.ts';
import { ATTRIBUTE, PARTITION_KEY, TTL_ATTRIBUTE } from './schema.ts';

/** An event with all that the event log holds of it. */
export interface StoredEvent extends ListedEvent {
  /** The delivery that brought it, without its body: headers that were kept, path, and the source's settings of that time. */
  readonly delivery: Omit<Delivery, 'body' | 'replay'>;
  /** The delivery's body as it came; absent where it was too large for the log. */
  readonly body?: string;
  /** Why there is no body. */
  readonly bodyOmitted?: string;
  /** When it is forgotten. Some time after that DynamoDB removes it. */
  readonly expiresAt: Date;
  /** The id of the last delivery that was a duplicate of it. */
  readonly lastDuplicate?: string;
  /** When that came; ISO 8601, UTC. */
  readonly lastDuplicateAt?: string;
  /** When it was last sent again; ISO 8601, UTC. */
  readonly lastReplayedAt?: string;
}

/**
 * The event of that key, as the log holds it at this moment.
 *
 * @returns undefined where there is none, or no more.
 */
export const findEvent = async (
  { dynamo, table }: EventLogTable,
  key: string,
): Promise<StoredEvent | undefined> => {
  if (!KEY.test(key)) return undefined;
  const { Item } = await dynamo.send(
    new GetItemCommand({ TableName: table, Key: { [PARTITION_KEY]: { S: key } }, ConsistentRead: true }),
  );
  // Not every item is an event: a replay's journal lies here too.
  return Item?.[ATTRIBUTE.delivery] === undefined ? undefined : toStoredEvent(Item);
};

/** What may be an event's key: a source, a digest, and perhaps a replay. */
export const KEY = /^[a-z0-9-]{1,32}:[\w-]{1,100}(~[\w-]{1,40})?$/;

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
