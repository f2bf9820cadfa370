import type { ListedEvent } from '../event-log/listed-event.ts';
import type { EventLogTable } from '../event-log/partition.ts';
import { searchEvents } from '../event-log/search.ts';

export interface SourceActivity {
  /** Without replays. */
  readonly events: number;
  /** Further deliveries of these events. */
  readonly duplicates: number;
  /** ISO 8601, UTC; absent without events. */
  readonly lastReceivedAt?: string;
}

/**
 * Counts a source's events in a time range (ISO 8601, UTC). Costs half a read unit per 4 KB, about seven events.
 *
 * @throws {EventLogError} if the log can't be listed by source.
 */
export const sourceActivity = async (
  log: EventLogTable,
  source: string,
  since: string,
  until: string,
): Promise<SourceActivity> => {
  let events = 0;
  let duplicates = 0;
  let last: ListedEvent | undefined;
  for await (const event of searchEvents(log, { sources: [source], since, until, order: 'newest' })) {
    if (event.replayOf !== undefined) continue;
    last ??= event;
    events++;
    duplicates += event.duplicates;
  }
  return { events, duplicates, ...(last !== undefined && { lastReceivedAt: last.receivedAt }) };
};

/**
 * When a source received its last event in a time range (ISO 8601, UTC).
 *
 * @throws {EventLogError} if the log can't be listed by source.
 */
export const lastReceived = async (
  log: EventLogTable,
  source: string,
  since: string,
  until: string,
): Promise<string | undefined> => {
  const newest = searchEvents(log, { sources: [source], since, until, order: 'newest' });
  for await (const { replayOf, receivedAt } of newest) if (replayOf === undefined) return receivedAt;
  return undefined;
};
