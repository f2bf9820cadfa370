import type { EventQuery } from './event-query.ts';
import type { ListedEvent } from './listed-event.ts';
import type { EventLogTable } from './partition.ts';
import { searchEvents } from './search.ts';

/** How a list is followed. */
export interface FollowOptions {
  /** The clock, in ms. */
  readonly now: () => number;
  /** Waits that many ms. Rejects where it is to end. */
  readonly sleep: (ms: number) => Promise<void>;
  /** How long to wait between two looks, in ms. Default: 2,000. */
  readonly everyMs?: number;
}

/**
 * Each look goes so far back behind the last one: an event is listed by the time of its receipt, and is written down when
 * fan-out gets to it, which is mostly in the same second. One that waited longer is not shown.
 */
const OVERLAP_MS = 2 * 60_000;

/**
 * The events of a query as they come, without an end. What is in one look is sorted by time.
 *
 * @throws whatever `sleep` rejects with.
 */
export async function* followEvents(
  log: EventLogTable,
  query: Omit<EventQuery, 'until' | 'order' | 'after'>,
  { now, sleep, everyMs = 2_000 }: FollowOptions,
): AsyncGenerator<ListedEvent> {
  const shown = new Map<string, number>();
  let since = query.since;
  while (true) {
    const lookedAt = now();
    const until = new Date(lookedAt + OVERLAP_MS).toISOString();
    for await (const event of searchEvents(log, { ...query, since, until, order: 'oldest' })) {
      if (shown.has(event.key)) continue;
      shown.set(event.key, Date.parse(event.at));
      yield event;
    }
    const from = lookedAt - OVERLAP_MS;
    since = [query.since, new Date(from).toISOString()].sort().at(-1) ?? since;
    for (const [key, at] of shown) if (at < from) shown.delete(key);
    await sleep(everyMs);
  }
}
