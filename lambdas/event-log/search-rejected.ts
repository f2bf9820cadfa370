import type { Reason } from '../core/rejection.ts';
import type { EventQuery } from './event-query.ts';
import type { ListedEvent } from './listed-event.ts';
import type { EventLogTable } from './partition.ts';
import type { Position } from './position.ts';
import { REJECTED, rejectedKey } from './schema.ts';
import { searchEvents } from './search.ts';
import { partitionOf, type RetryOutcome } from './stored-rejection.ts';

/** A rejected request in a list. */
export interface ListedRejection {
  readonly id: string;
  /** ISO 8601, UTC, with milliseconds. */
  readonly receivedAt: string;
  readonly source: string;
  readonly provider: string;
  readonly reason: Reason;
  /** Whether its signature is known to hold. */
  readonly isSigned: boolean;
  /** What came of the last try. Absent if there was none. */
  readonly retried?: RetryOutcome;
}

/** Selects rejected requests. */
export interface RejectedQuery extends Pick<EventQuery, 'sources' | 'since' | 'until' | 'order'> {
  readonly reason?: string | undefined;
  /** Only those after this one: the time of its receipt, and its id for a key. */
  readonly after?: Position | undefined;
}

/**
 * The rejected requests of a query, in order. Reads only as far as the caller iterates.
 *
 * @throws {EventLogError} if the table doesn't have the index by source.
 */
export async function* searchRejected(
  log: EventLogTable,
  { sources, after, ...query }: RejectedQuery,
): AsyncGenerator<ListedRejection> {
  const items = searchEvents(log, {
    ...query,
    sources: sources.map(partitionOf),
    after: after && { at: after.at, key: rejectedKey(after.key) },
  });
  for await (const item of items) yield toListed(item);
}

const toListed = ({ deliveryId, receivedAt, source, provider, reason, entity, action }: ListedEvent) => ({
  id: deliveryId,
  receivedAt,
  source,
  provider,
  reason: reason as Reason,
  isSigned: entity === REJECTED.signed,
  ...(action !== '' && { retried: action as RetryOutcome }),
});
