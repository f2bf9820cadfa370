import { digest } from '../core/digest.ts';

/* The attributes of the event log's table, shared by the stack, the writers and the readers. If they differed, nothing
 * would fail, but nothing would expire or be found. */

/** The event log's partition key, a string: the event key. */
export const PARTITION_KEY = 'key';

/** When an event expires, in seconds since 1970. DynamoDB deletes the item some time after. */
export const TTL_ATTRIBUTE = 'expiresAt';

/** When the event was received or replayed: the sort key of both indexes. ISO 8601, UTC, with milliseconds. */
export const AT_ATTRIBUTE = 'at';

/** Lists the events of a source by time. The partition key is {@link sourceHour}. */
export const SOURCE_INDEX = { name: 'by-source', partitionKey: 'sourceHour' } as const;

/** Lists the history of an entity. The partition key is {@link entityHash}. */
export const ENTITY_INDEX = { name: 'by-entity', partitionKey: 'entityHash' } as const;

/** The other attributes of an item. */
export const ATTRIBUTE = {
  deliveryId: 'deliveryId',
  /** ISO 8601, UTC. Absent if it is the same as `at`. */
  receivedAt: 'receivedAt',
  source: 'source',
  provider: 'provider',
  entity: 'entity',
  action: 'action',
  type: 'type',
  /** Truncated to 1,000 characters. */
  entityId: 'entityId',
  /** The provider's name for the event, truncated to 1,000 characters. */
  providerType: 'providerType',
  /** Why the event was sent to `unrecognized.fifo`. */
  reason: 'reason',
  /** The key of the replayed event. */
  replayOf: 'replayOf',
  /** The digest of what the event says. Absent on an item of version 0.1.0. */
  content: 'content',
  /** Of the first of several events without an id that say the same: the key of the newest, and its `receivedAt`. */
  newest: 'newest',
  newestAt: 'newestAt',
  /** The queues that have the event, where others of those that want it did not take it yet. */
  sentTo: 'sentTo',
  /** Absent if there are none. */
  duplicates: 'duplicates',
  lastDuplicate: 'lastDuplicate',
  lastDuplicateAt: 'lastDuplicateAt',
  replays: 'replays',
  lastReplay: 'lastReplay',
  lastReplayedAt: 'lastReplayedAt',
  /** The delivery and its body, or the event's part of it, compressed: see `packed.ts`. Only events have it. */
  packed: 'packed',
  /** The delivery without its body, as JSON. Only on events of version 0.1.0, in the place of `packed`. */
  delivery: 'delivery',
  /** The body, compressed. Only on events of version 0.1.0, and on rejected requests. */
  bodyGzip: 'bodyGzip',
  /** The URI of the object with that body, if it is too large for an item. */
  bodyRef: 'bodyRef',
  /** Why an item has no body. */
  bodyOmitted: 'bodyOmitted',
  /** A replay's progress as JSON, and the number of its updates. Only journals have them. */
  journal: 'journal',
  version: 'version',
  /** How many events of a part of a delivery fan-out has dealt with. Only its progress has it. */
  done: 'done',
  /** How many rejected requests of a source's day are kept, and the id of the last one. Only their counts have them. */
  count: 'count',
  last: 'last',
  /** A rejected request as JSON, without its body, and what came of checking it again. Only on rejected requests. */
  request: 'request',
  retried: 'retried',
} as const;

/**
 * A rejected request's `entity` says whether its signature is known to hold. Its `action` is what came of checking it again,
 * and absent before. An index can't get an attribute of its own for that in a stack that stands.
 */
export const REJECTED = { signed: 'rejected-signed', unsigned: 'rejected' } as const;

/** The attributes that both indexes project. */
export const LISTED_ATTRIBUTES = [
  ATTRIBUTE.deliveryId,
  ATTRIBUTE.receivedAt,
  ATTRIBUTE.source,
  ATTRIBUTE.provider,
  ATTRIBUTE.entity,
  ATTRIBUTE.action,
  ATTRIBUTE.type,
  ATTRIBUTE.entityId,
  ATTRIBUTE.providerType,
  ATTRIBUTE.reason,
  ATTRIBUTE.duplicates,
  ATTRIBUTE.replays,
  ATTRIBUTE.replayOf,
] as const;

/**
 * The partitions of a source's hour. Each takes 1,000 writes a second.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html
 */
export const SHARDS = 4;

/** The key of fan-out's progress with a part of a delivery. No event has a key that begins so. */
export const progressKey = (deliveryId: string, group: string): string =>
  `progress/${digest(deliveryId, group)}`;

/** The key of a rejected request. No event has a key that begins so. */
export const rejectedKey = (id: string): string => `rejected/${id}`;

/** The key of the count of a source's rejected requests of a day that are kept. No event has a key that begins so. */
export const quotaKey = (source: string, at: string, isSigned: boolean): string =>
  `rejected-quota/${source}/${at.slice(0, 'YYYY-MM-DD'.length)}/${isSigned ? REJECTED.signed : REJECTED.unsigned}`;

/** The partition of a source's events in the hour of `at`, in one shard. */
export const sourceHour = (source: string, at: string, shard: number): string =>
  `${source}/${at.slice(0, 'YYYY-MM-DDTHH'.length)}/${shard}`;

/** The shard of an event, from the first character of its key's digest. */
export const shardOf = (key: string): number => key.charCodeAt(key.indexOf(':') + 1) % SHARDS;

/** The partition of the index by entity. Hashed, since an entity's id is untrusted text of any length. */
export const entityHash = (source: string, entity: string, entityId: string): string =>
  digest(source, entity, entityId);
