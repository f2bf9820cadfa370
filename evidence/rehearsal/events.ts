import assert from 'node:assert/strict';
import { type AttributeValue, ScanCommand } from '@aws-sdk/client-dynamodb';
import { type ListedEvent, toListedEvent } from '../../lambdas/event-log/listed-event.ts';
import { until, type Walk } from './walk.ts';

/** Everything in the event log, newest first. It is read as a whole: the command takes half a second for each look. */
const itemsOf = async ({ clients }: Walk): Promise<readonly ListedEvent[]> => {
  const items: ListedEvent[] = [];
  let from: Record<string, AttributeValue> | undefined;
  do {
    const page = await clients.dynamoDb.send(
      new ScanCommand({ TableName: 'gatepost-event-log', ExclusiveStartKey: from }),
    );
    items.push(...(page.Items ?? []).map(toListedEvent));
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  return items.sort((a, b) => (a.at < b.at ? 1 : -1));
};

/** All events in the event log, newest first. */
export const eventsOf = async (walk: Walk): Promise<readonly ListedEvent[]> =>
  // The journals of replays and the rejected deliveries have no type.
  (await itemsOf(walk)).filter(({ type }) => type !== '');

/** The ids of the rejected deliveries of a source that are kept, newest first. */
export const rejectedOf = async (walk: Walk, source: string): Promise<readonly string[]> =>
  (await itemsOf(walk))
    .filter((item) => item.source === source && item.key.startsWith('rejected/'))
    .map(({ deliveryId }) => deliveryId);

/**
 * Waits until so many rejected deliveries more are kept.
 *
 * @param before the ids of those that were kept already.
 * @returns the ids of the new ones, oldest first.
 */
export const newlyRejected = (
  walk: Walk,
  source: string,
  count: number,
  before: readonly string[],
  seconds?: number,
): Promise<readonly string[]> =>
  until(
    `${count} rejected deliveries of ${source} that are kept`,
    async () => {
      const kept = (await rejectedOf(walk, source)).filter((id) => !before.includes(id));
      return kept.length === count ? kept.toReversed() : undefined;
    },
    seconds,
  );

/** The event of a delivery, once fan-out has put it into the event log. */
export const eventOf = async (walk: Walk, deliveryId: string): Promise<ListedEvent | undefined> =>
  (await eventsOf(walk)).find((event) => event.deliveryId === deliveryId && event.replayOf === undefined);

/** The newest event of an entity that is no replay. */
export const newestOf = async (walk: Walk, entity: string): Promise<ListedEvent> => {
  const events = await eventsOf(walk);
  const newest = events.find((event) => event.entity === entity && event.replayOf === undefined);
  assert(newest !== undefined, `there is no event of ${entity}`);
  return newest;
};
