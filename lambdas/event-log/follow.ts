import type { EventQuery } from './event-query.ts';
import type { ListedEvent } from './listed-event.ts';
import type { EventLogTable } from './partition.ts';
import { searchEvents } from './search.ts';

export interface FollowOptions {
  readonly now: () => number;
  /** Rejects to end the iteration. */
  readonly sleep: (ms: number) => Promise<void>;
  /** The polling interval. Default: 2,000. */
  readonly everyMs?: number;
}

/** Polls overlap, because events are listed by receipt but stored by fan-out, mostly within a second. Later ones are missed. */
const OVERLAP_MS = 2 * 60_000;

/** Polls for the events of a query, without end. The events of one poll are sorted by time. */
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
