import type { EventFilter } from '../event-log/event-query.ts';
import { findEvent, type StoredEvent } from '../event-log/find-event.ts';
import { deliveryOf, isComplete } from '../event-log/interpret-stored.ts';
import { limit } from '../event-log/limit.ts';
import type { EventLogTable } from '../event-log/partition.ts';
import { compareIn } from '../event-log/position.ts';
import { searchEvents } from '../event-log/search.ts';
import { isKeyOf } from '../events/event-key.ts';
import { interpretDelivery } from '../events/interpretation.ts';
import { providerNamed } from '../providers/index.ts';
import { ReplayError } from './replay-error.ts';

/** The events to replay. Plain data, because a journal stores it. */
export type Selection = (ByKeys | ByFilter) & {
  /** The consumer that they are for alone. Default: all queues that want them. */
  readonly consumer?: string;
};

export interface ByKeys {
  readonly keys: readonly string[];
}

export interface ByFilter extends EventFilter {
  readonly sources: readonly string[];
  /** Both inclusive; ISO 8601, UTC, with milliseconds. */
  readonly since: string;
  readonly until: string;
}

/** A journal stores the keys in one item of DynamoDB, which is limited to 400 KB. */
export const MAX_KEYS = 1_000;

/** A selected event. If the log doesn't have it, only its key is set. */
export interface Selected {
  readonly key: string;
  readonly at: string;
  readonly deliveryId: string;
}

/** The events of one millisecond. A journal's position is always between runs. */
export type Run = readonly Selected[];

/**
 * The selected events in the order of their receipt, and within a delivery in its order.
 *
 * @param after selects only later events.
 * @throws {EventLogError} if the log doesn't have the index.
 * @throws {ReplayError} if there are too many keys.
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
      `${keys.length} keys are too many for one replay, which allows ${MAX_KEYS}. Select by source and time, or replay in parts.`,
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

/** Greater than any key. */
const BEHIND_ALL = '\uffff';

/** Sorts the events of each delivery in its order. */
const inOrder = async (log: EventLogTable, run: Run): Promise<Run> => {
  const deliveries = Map.groupBy(run, ({ deliveryId }) => deliveryId);
  const ordered: Selected[] = [];
  for (const events of deliveries.values()) ordered.push(...(await inOrderOfDelivery(log, events)));
  return ordered;
};

const inOrderOfDelivery = async (log: EventLogTable, events: Run): Promise<Run> => {
  if (events.length < 2) return events;
  const limited = limit(CONCURRENCY);
  const numbers = new Map(
    await Promise.all(
      events.map(({ key }) => limited(async () => [key, numberOf(await findEvent(log, key))] as const)),
    ),
  );
  const placeOf = ({ key }: Selected): number => numbers.get(key) ?? 0;
  return events.toSorted((one, other) => placeOf(one) - placeOf(other));
};

/** The event's number in its delivery. Version 0.1.0 stored the whole delivery with each event, and no number. */
const numberOf = (stored: StoredEvent | undefined): number => {
  if (stored === undefined) return 0;
  const { items } = stored.delivery;
  if (items !== undefined || !isComplete(stored)) return items?.[0] ?? 0;
  const delivery = deliveryOf(stored);
  const { events } = interpretDelivery(providerNamed(delivery.source.provider), delivery);
  return events.find(({ event }) => isKeyOf(event, stored.key))?.number ?? 0;
};

const CONCURRENCY = 32;
