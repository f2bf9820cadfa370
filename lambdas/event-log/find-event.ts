import { gunzipSync } from 'node:zlib';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { Objects } from '../bodies/objects.ts';
import type { Delivery } from '../core/delivery.ts';
import { type Item, type ListedEvent, optional, toListedEvent } from './listed-event.ts';
import { unpack } from './packed.ts';
import type { EventLogTable } from './partition.ts';
import { ATTRIBUTE, PARTITION_KEY, TTL_ATTRIBUTE } from './schema.ts';

/** An event with everything that the event log stores about it. */
export interface StoredEvent extends ListedEvent {
  /** The delivery without its body, with the source's settings at that time. */
  readonly delivery: Omit<Delivery, 'body' | 'bodyRef' | 'replay'>;
  /** Absent if it was too large for the log; {@link withStoredBody} then reads it. */
  readonly body?: string;
  /** The URI of the object with the body. */
  readonly bodyRef?: string;
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
  const isEvent = Item?.[ATTRIBUTE.packed] !== undefined || Item?.[ATTRIBUTE.delivery] !== undefined;
  return isEvent ? toStoredEvent(Item) : undefined;
};

/**
 * The event with its body, if it is in the bucket. If it is there no longer, `bodyOmitted` says so.
 *
 * @throws {Error} if the bucket can't be read.
 */
export const withStoredBody = async (
  event: StoredEvent,
  objects: Pick<Objects, 'get'>,
): Promise<StoredEvent> => {
  const { bodyRef, body, delivery } = event;
  if (body !== undefined || bodyRef === undefined) return event;
  try {
    return { ...event, body: (await objects.get(bodyRef)).toString(delivery.bodyEncoding ?? 'utf8') };
  } catch (error) {
    if (!Error.isError(error) || error.name !== 'NoSuchKey') throw error;
    return { ...event, bodyOmitted: `there is no object ${bodyRef}` };
  }
};

/** The format of an event's key: a source, a digest, what distinguishes it from another event of that id, and for a replay its id. */
export const KEY = /^[a-z0-9-]{1,32}:[\w-]{1,100}(\.[\w-]{1,40})?(~[\w-]{1,40})?$/;

const toStoredEvent = (item: Item): StoredEvent => {
  const listed = toListedEvent(item);
  const { delivery, body } = deliveryIn(item, listed);
  return {
    ...listed,
    delivery,
    ...(body !== undefined && { body: body.toString(delivery.bodyEncoding ?? 'utf8') }),
    ...optional(item, ATTRIBUTE.bodyRef),
    ...optional(item, ATTRIBUTE.bodyOmitted),
    expiresAt: new Date(Number(item[TTL_ATTRIBUTE]?.N) * 1000),
    ...optional(item, ATTRIBUTE.lastDuplicate),
    ...optional(item, ATTRIBUTE.lastDuplicateAt),
    ...optional(item, ATTRIBUTE.lastReplayedAt),
  };
};

/** The delivery of an item, and the body if the item has it. */
const deliveryIn = (
  item: Item,
  { deliveryId, receivedAt }: ListedEvent,
): { readonly delivery: StoredEvent['delivery']; readonly body?: Buffer | undefined } => {
  const bytes = item[ATTRIBUTE.packed]?.B;
  if (bytes === undefined) {
    const gzip = item[ATTRIBUTE.bodyGzip]?.B;
    return {
      delivery: JSON.parse(item[ATTRIBUTE.delivery]?.S ?? '') as StoredEvent['delivery'],
      body: gzip && gunzipSync(gzip),
    };
  }
  const { envelope, body } = unpack(bytes);
  const isElsewhere = item[ATTRIBUTE.bodyRef] !== undefined || item[ATTRIBUTE.bodyOmitted] !== undefined;
  return {
    delivery: { ...(JSON.parse(envelope) as StoredEvent['delivery']), deliveryId, receivedAt },
    body: isElsewhere ? undefined : body,
  };
};
