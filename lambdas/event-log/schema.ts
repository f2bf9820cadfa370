import { digest } from '../core/digest.ts';

/**
 * What the table, the code that writes to it and the code that searches it must agree on: where they differ, nothing
 * fails, and nothing expires or is found. All other attributes are the code's own business.
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

/** What both indexes hold of an event: what a list of events shows. */
export const LISTED_ATTRIBUTES = [
  'deliveryId',
  'receivedAt',
  'source',
  'provider',
  'entity',
  'action',
  'type',
  'entityId',
  'providerType',
  'reason',
  'duplicates',
  'replays',
  'replayOf',
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

/** The partition of the index by entity. Hashed, since an entity's id is somebody else's text, of any length. */
export const entityHash = (source: string, entity: string, entityId: string): string =>
  digest(source, entity, entityId);
