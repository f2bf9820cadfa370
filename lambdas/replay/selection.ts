import type { EventFilter } from '../event-log/event-query.ts';
import { findEvent } from '../event-log/find-event.ts';
import { cloudEventsOf, isComplete } from '../event-log/interpret-stored.ts';
import type { EventLogTable } from '../event-log/partition.ts';
import { compareIn } from '../event-log/position.ts';
import { searchEvents } from '../event-log/search.ts';
import { ReplayError } from './replay-error.ts';

/** Which events are to be sent again. Plain data: a journal holds it. */
export type Selection = ByKeys | ByFilter;

export interface ByKeys {
  readonly keys: readonly string[];
}

export interface ByFilter extends EventFilter {
  readonly sources: readonly string[];
  /** From when to when, both included; ISO 8601, UTC, with milliseconds. */
  readonly since: string;
  readonly until: string;
}

/** So many keys are taken at once: a journal holds them, and an item of DynamoDB holds 400 KB. */
export const MAX_KEYS = 1_000;

/** An event that was selected. Known by its key alone where the log doesn't know it. */
export interface Selected {
  readonly key: string;
  readonly at: string;
  readonly deliveryId: string;
}

/** Those that came in the same millisecond: they are begun and done with together. */
export type Run = readonly Selected[];

/**
 * The selected events in the order in which they were accepted: oldest first, and those of one delivery as they stand in
 * it.
 *
 * @param after only what came after that time.
 * @throws {HistoryError} where the log has not the index that it takes.
 * @throws {ReplayError} where there are too many keys.
 */
export async function* selectRuns(
  log: EventLogTable,
  selection: Selection,
  after: string | undefined,
): AsyncGenerator<Run> {
  let run: Selected[] = [];
  for await (const event of 'keys' in selection
    ? byKeys(log, selection, after)
    : byFilter(log, selection, after)) {
    if (run.length > 0 && run[0]?.at !== event.at) {
      yield await inOrder(log, run);
      run = [];
    }
    run.push({ key: event.key, at: event.at, deliveryId: event.deliveryId });
  }
  if (run.length > 0) yield await inOrder(log, run);
}

async function* byKeys(
  log: EventLogTable,
  { keys }: ByKeys,
  after: string | undefined,
): AsyncGenerator<Selected> {
  if (keys.length > MAX_KEYS)
    throw new ReplayError(
      `${keys.length} keys are too many for one replay: it takes ${MAX_KEYS}. Choose them by source and time, or replay them in parts.`,
    );
  const found: Selected[] = [];
  for (const key of new Set(keys)) {
    const { at = '', deliveryId = '' } = (await findEvent(log, key)) ?? {};
    if (after === undefined || at > after) found.push({ key, at, deliveryId });
  }
  yield* found.sort(compareIn('oldest'));
}

const byFilter = (
  log: EventLogTable,
  selection: ByFilter,
  after: string | undefined,
): AsyncGenerator<Selected> =>
  searchEvents(log, {
    ...selection,
    order: 'oldest',
    ...(after !== undefined && { after: { at: after, key: BEHIND_ALL } }),
  });

/** No key is greater. */
const BEHIND_ALL = '\uffff';

/** Puts the events of one delivery in the order in which they stand in it; those of others stay as they are. */
const inOrder = async (log: EventLogTable, run: Run): Promise<Run> => {
  const deliveries = Map.groupBy(run, ({ deliveryId }) => deliveryId);
  const ordered: Selected[] = [];
  for (const events of deliveries.values()) ordered.push(...(await inOrderOfDelivery(log, events)));
  return ordered;
};

const inOrderOfDelivery = async (log: EventLogTable, events: Run): Promise<Run> => {
  const [first, ...others] = events;
  if (first === undefined || others.length === 0) return events;
  const stored = await findEvent(log, first.key);
  if (stored === undefined || !isComplete(stored)) return events;
  const places = new Map(cloudEventsOf(stored).map(({ id }, place) => [id, place]));
  const placeOf = ({ key }: Selected) => places.get(key) ?? places.size;
  return events.toSorted((one, other) => placeOf(one) - placeOf(other));
};
