import { digest } from '../core/digest.ts';

/**
 * The attributes of the event log's table. The stack that makes the table, the code that writes to it and the code that
 * searches it take them from here: where they differ, nothing fails, and nothing expires or is found.
 */

/** The event log's partition key, a string: the event key. */
export const PARTITION_KEY = 'key';

/** When an event is forgotten, in seconds since 1970. DynamoDB removes the item some time after. */
export const TTL_ATTRIBUTE = 'expiresAt';

/** When the event was received, or sent again: what both indexes are sorted by. ISO 8601, UTC, with milliseconds. */
export const AT_ATTRIBUTE = 'at';

/** The index that lists the events of a source by time. Its partition key is what {@link sourceHour} gives. */
export const SOURCE_INDEX = { name: 'by-source', partitionKey: 'sourceHour' } as const;

/** The index that lists the history of an entity. Its partition key is what {@link entityHash} gives. */
export const ENTITY_INDEX = { name: 'by-entity', partitionKey: 'entityHash' } as const;

/** What an item holds beside its keys, by what it is. */
export const ATTRIBUTE = {
  deliveryId: 'deliveryId',
  /** ISO 8601, UTC. */
  receivedAt: 'receivedAt',
  source: 'source',
  provider: 'provider',
  entity: 'entity',
  action: 'action',
  type: 'type',
  /** Cut off after 1,000 characters. */
  entityId: 'entityId',
  /** The provider's own name of the event. Cut off after 1,000 characters. */
  providerType: 'providerType',
  /** Why the event went to `unrecognized.fifo`. */
  reason: 'reason',
  /** The key of the event that this one is a replay of. */
  replayOf: 'replayOf',
  /** How many more deliveries of the event came, the last of them and when it came. */
  duplicates: 'duplicates',
  lastDuplicate: 'lastDuplicate',
  lastDuplicateAt: 'lastDuplicateAt',
  /** How often the event was sent again, the last replay and when that was. */
  replays: 'replays',
  lastReplay: 'lastReplay',
  lastReplayedAt: 'lastReplayedAt',
  /** The delivery without its body, as JSON. Only events have it. */
  delivery: 'delivery',
  /** The delivery's body, compressed, or why it is missing. */
  bodyGzip: 'bodyGzip',
  bodyOmitted: 'bodyOmitted',
  /** How far a replay has come, as JSON, and how often that was written. Only journals have them. */
  journal: 'journal',
  version: 'version',
} as const;

/** What both indexes hold of an event: what a list of events shows. */
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
 * One partition takes 1,000 writes a second. A source's hour has so many of them.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html
 */
export const SHARDS = 4;

/** The partition of the index by source that holds what came to a source in the hour of `at`, in one of its shards. */
export const sourceHour = (source: string, at: string, shard: number): string =>
  `${source}/${at.slice(0, 'YYYY-MM-DDTHH'.length)}/${shard}`;

/** The shard of an event: by a character of the digest in its key, which is as good as drawn by chance. */
export const shardOf = (key: string): number => key.charCodeAt(key.indexOf(':') + 1) % SHARDS;

/** The partition of the index by entity. Hashed, since an entity's id is untrusted text of any length. */
export const entityHash = (source: string, entity: string, entityId: string): string =>
  digest(source, entity, entityId);
