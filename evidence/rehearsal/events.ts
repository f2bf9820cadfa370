import assert from 'node:assert/strict';
import type { ListedEvent } from '../../lambdas/event-log/listed-event.ts';
import { gatepostJson, type Walk } from './walk.ts';

/** The events that `gatepost events` lists with these options. */
export const eventsOf = async (walk: Walk, options = '--since 1h'): Promise<readonly ListedEvent[]> => {
  const page = await gatepostJson<{ readonly events: readonly ListedEvent[] }>(
    walk,
    `events --limit 1000 ${options}`,
  );
  return page.events;
};

/** The event of a delivery, once fan-out has put it into the event log. */
export const eventOf = async (walk: Walk, deliveryId: string): Promise<ListedEvent | undefined> =>
  (await eventsOf(walk)).find((event) => event.deliveryId === deliveryId);

/** The newest event of an entity that is no replay. */
export const newestOf = async (walk: Walk, entity: string): Promise<ListedEvent> => {
  const events = await eventsOf(walk, `--entity ${entity} --since 1h`);
  const newest = events.find(({ replayOf }) => replayOf === undefined);
  assert(newest !== undefined, `there is no event of ${entity}`);
  return newest;
};
