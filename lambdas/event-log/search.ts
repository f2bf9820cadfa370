import { EventLogError } from './event-log-error.ts';
import type { EventQuery } from './event-query.ts';
import { hoursBetween } from './hours.ts';
import { limit } from './limit.ts';
import type { ListedEvent } from './listed-event.ts';
import { type Head, headOf, merge } from './merge.ts';
import { type EventLogTable, type Partition, readPartition } from './partition.ts';
import { compareIn } from './position.ts';
import { ENTITY_INDEX, entityHash, SHARDS, SOURCE_INDEX, sourceHour } from './schema.ts';

const CONCURRENCY = 32;

/**
 * The events of a query, in order, each exactly once. It reads only as far as the caller iterates, and never scans. Very
 * recent events may not be in the index yet.
 *
 * A search by source goes hour by hour and merges the shards of all sources. While hours are empty it doubles the number
 * of hours that it reads at once, so that a quiet month takes seconds.
 *
 * The history of an entity is one query of the index by entity. Without that index it is a search by source that reads all
 * events of the time.
 *
 * @throws {EventLogError} if the table has no index for it.
 */
export async function* searchEvents(log: EventLogTable, query: EventQuery): AsyncGenerator<ListedEvent> {
  const history = await openHistory(log, query);
  yield* history === undefined ? searchBySource(log, query) : merge(history, compareIn(query.order));
}

/** Undefined for a query of something else, and where there is no index by entity, or not yet. */
const openHistory = async (
  log: EventLogTable,
  { entity, entityId, ...query }: EventQuery,
): Promise<readonly Head<ListedEvent>[] | undefined> => {
  if (entity === undefined || entityId === undefined) return undefined;
  const partitions = query.sources.map((source) => ({
    index: ENTITY_INDEX,
    value: entityHash(source, entity, entityId),
  }));
  try {
    // The partition is the filter; the stored id may be truncated.
    return await openAll(log, partitions, query, limit(CONCURRENCY));
  } catch (error) {
    if (!(error instanceof EventLogError)) throw error;
    return undefined;
  }
};

async function* searchBySource(log: EventLogTable, query: EventQuery): AsyncGenerator<ListedEvent> {
  const { sources, order, after } = query;
  const since = order === 'oldest' && after !== undefined ? later(after.at, query.since) : query.since;
  const until = order === 'newest' && after !== undefined ? earlier(after.at, query.until) : query.until;
  const hours = hoursBetween(since, until, order);
  const limited = limit(CONCURRENCY);
  const open = (hour: string) => {
    const partitions = sources.flatMap((source) =>
      Array.from({ length: SHARDS }, (_, shard) => ({
        index: SOURCE_INDEX,
        value: sourceHour(source, hour, shard),
      })),
    );
    const opening = openAll(log, partitions, query, limited);
    // Whoever awaits it gets the error; if nobody does, it must not become an unhandled rejection.
    opening.catch(() => undefined);
    return opening;
  };

  const most = Math.max(1, Math.floor(CONCURRENCY / Math.max(1, sources.length * SHARDS)));
  let ahead = 1;
  const opened: Promise<readonly Head<ListedEvent>[]>[] = [];
  while (true) {
    while (opened.length < ahead) {
      const hour = hours.next();
      if (hour.done === true) break;
      opened.push(open(hour.value));
    }
    const heads = await opened.shift();
    if (heads === undefined) return;
    ahead = heads.length > 0 ? 1 : Math.min(ahead * 2, most);
    yield* merge(heads, compareIn(order));
  }
}

const later = (one: string, other: string): string => (one > other ? one : other);
const earlier = (one: string, other: string): string => (one < other ? one : other);

/** Opens partitions concurrently, and returns those that are not empty. */
const openAll = async (
  log: EventLogTable,
  partitions: readonly Partition[],
  query: Omit<EventQuery, 'sources'>,
  limited: ReturnType<typeof limit>,
): Promise<readonly Head<ListedEvent>[]> => {
  const heads = await Promise.all(
    partitions.map((partition) => limited(() => headOf(readPartition(log, partition, query)))),
  );
  return heads.filter((head) => head !== undefined);
};
