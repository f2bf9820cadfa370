import { findRejected } from '../event-log/find-rejected.ts';
import type { Position } from '../event-log/position.ts';
import { type ListedRejection, searchRejected } from '../event-log/search-rejected.ts';
import type { StoredRejection } from '../event-log/stored-rejection.ts';
import type { DashboardContext, RejectedFilter } from './call.ts';
import type { ListLimits } from './event-list.ts';
import { type Page, searchPage } from './search-page.ts';

/**
 * Reads a page of rejected deliveries, newest first. One that is asked for by its id is found whenever it came.
 *
 * @throws {EventLogError} if the table doesn't have the index.
 */
export const readRejectedPage = async (
  { log, sources, ...limits }: ListLimits,
  { source, reason, id }: RejectedFilter,
  range: Pick<DashboardContext, 'since' | 'until'>,
  after: Position | undefined,
): Promise<Page<ListedRejection>> => {
  if (id !== undefined) {
    const found = await findRejected(log, id, Date.now());
    return { found: found === undefined ? [] : [listedOf(found)] };
  }
  const query = {
    sources: source === undefined ? sources : [source],
    reason,
    order: 'newest',
    after,
  } as const;
  return await searchPage(
    {
      between: (since, until) => searchRejected(log, { ...query, since, until }),
      positionOf: ({ receivedAt, id }) => ({ at: receivedAt, key: id }),
    },
    limits,
    range,
    after,
  );
};

const listedOf = ({ retried, ...stored }: StoredRejection): ListedRejection => {
  const { id, receivedAt, source, provider, reason, isSigned } = stored;
  return {
    id,
    receivedAt,
    source,
    provider,
    reason,
    isSigned,
    ...(retried !== undefined && { retried: retried.outcome }),
  };
};
