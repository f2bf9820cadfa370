import type { EventQuery } from './event-query.ts';
import type { ListedEvent } from './listed-event.ts';
import type { EventLogTable } from './partition.ts';
import { writePosition } from './position.ts';
import { searchEvents } from './search.ts';

export interface EventPage {
  readonly events: readonly ListedEvent[];
  /** The start of the next page, for {@link readPosition}; absent on the last page. */
  readonly next?: string;
}

/** Reads a page of at most `size` events. @throws {EventLogError} as {@link searchEvents} does. */
export const readPage = async (log: EventLogTable, query: EventQuery, size: number): Promise<EventPage> => {
  const events: ListedEvent[] = [];
  for await (const event of searchEvents(log, query)) {
    const last = events.at(-1);
    if (events.length === size && last !== undefined) return { events, next: writePosition(last) };
    events.push(event);
  }
  return { events };
};
