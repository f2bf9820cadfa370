import type { EventLogTable } from '../event-log/partition.ts';
import type { Position } from '../event-log/position.ts';
import { searchEvents } from '../event-log/search.ts';
import type { DashboardContext, Filter } from './call.ts';
import type { EventPage } from './model.ts';
import { type PageLimits, searchPage } from './search-page.ts';

export interface ListLimits extends PageLimits {
  readonly log: EventLogTable;
  /** The sources to search if the filter names none. */
  readonly sources: readonly string[];
}

/**
 * Reads a page of events, newest first.
 *
 * @throws {EventLogError} if the table doesn't have the index.
 */
export const readEventPage = async (
  { log, sources, ...limits }: ListLimits,
  { source, entity, id, duplicates }: Filter,
  range: Pick<DashboardContext, 'since' | 'until'>,
  after: Position | undefined,
): Promise<EventPage> => {
  const query = {
    sources: source === undefined ? sources : [source],
    entity,
    entityId: id,
    duplicates,
    order: 'newest',
    after,
  } as const;
  const { found, ...page } = await searchPage(
    {
      between: (since, until) => searchEvents(log, { ...query, since, until }),
      positionOf: (event) => event,
    },
    limits,
    range,
    after,
  );
  return { events: found, ...page };
};
