import type { EventQuery } from '../event-log/event-query.ts';
import type { ListedEvent } from '../event-log/listed-event.ts';
import type { EventLogTable } from '../event-log/partition.ts';
import { type Position, writePosition } from '../event-log/position.ts';
import { searchEvents } from '../event-log/search.ts';
import type { DashboardContext, Filter } from './call.ts';
import type { EventPage } from './model.ts';

export interface ListLimits {
  readonly log: EventLogTable;
  /** The sources to search if the filter names none. */
  readonly sources: readonly string[];
  /** The number of events per page. */
  readonly size: number;
  /** The search starts no further interval after this time. */
  readonly patienceMs: number;
}

/**
 * Reads a page, newest first. A selective filter may have to read all events, so it searches backwards in intervals of
 * growing length, and returns what it has found when its time is up.
 *
 * @throws {EventLogError} if the table doesn't have the index.
 */
export const readEventPage = async (
  { log, sources, size, patienceMs }: ListLimits,
  { source, entity, id, duplicates }: Filter,
  { since, until }: Pick<DashboardContext, 'since' | 'until'>,
  after: Position | undefined,
): Promise<EventPage> => {
  const deadline = Date.now() + patienceMs;
  const query: Omit<EventQuery, 'since' | 'until'> = {
    sources: source === undefined ? sources : [source],
    entity,
    entityId: id,
    duplicates,
    order: 'newest',
    after,
  };
  const events: ListedEvent[] = [];
  let end = after === undefined ? until : Math.min(until, Date.parse(after.at));
  for (let pieceMs = FIRST_PIECE_MS; end >= since; pieceMs *= 4) {
    const start = Math.max(since, end - pieceMs);
    for await (const event of searchEvents(log, { ...query, since: iso(start), until: iso(end) })) {
      const last = events.at(-1);
      if (events.length === size && last !== undefined) return { events, cursor: writePosition(last) };
      events.push(event);
    }
    end = start - 1;
    if (end < since || Date.now() <= deadline) continue;
    const searchedUntil = iso(start);
    return { events, searchedUntil, cursor: writePosition({ at: searchedUntil, key: FIRST_KEY }) };
  }
  return { events };
};

/** Usually enough for a page of an active source. */
const FIRST_PIECE_MS = 6 * 60 * 60_000;

/** Less than any key: in a list of the newest first it comes after all events of its millisecond. */
const FIRST_KEY = '-';

const iso = (ms: number): string => new Date(ms).toISOString();
