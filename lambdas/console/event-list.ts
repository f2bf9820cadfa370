import type { EventQuery } from '../event-log/event-query.ts';
import type { ListedEvent } from '../event-log/listed-event.ts';
import type { EventLogTable } from '../event-log/partition.ts';
import { type Position, writePosition } from '../event-log/position.ts';
import { searchEvents } from '../event-log/search.ts';
import type { DashboardContext, Filter } from './call.ts';
import type { EventPage } from './model.ts';

/** What a page of the console is read from and by. */
export interface ListLimits {
  readonly log: EventLogTable;
  /** The sources that are searched where the filter names none. */
  readonly sources: readonly string[];
  /** How many events a page has. */
  readonly size: number;
  /** After so many ms no further piece of time is searched. */
  readonly patienceMs: number;
}

/**
 * Reads a page, newest first. A filter that fits to little may have to go through all that came: so it goes back piece by
 * piece, each longer than the one before it, and comes back with what it has when its time is up.
 *
 * @throws {HistoryError} where the table has not the index that it takes.
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

/** Six hours: of a source that is not quiet, a page comes from it. */
const FIRST_PIECE_MS = 6 * 60 * 60_000;

/** Before every key there is: the newest first, nothing else of that millisecond stands behind it. */
const FIRST_KEY = '-';

const iso = (ms: number): string => new Date(ms).toISOString();
