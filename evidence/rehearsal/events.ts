import assert from 'node:assert/strict';
import { type AttributeValue, ScanCommand } from '@aws-sdk/client-dynamodb';
import { type ListedEvent, toListedEvent } from '../../lambdas/event-log/listed-event.ts';
import type { Walk } from './walk.ts';

/** All events in the event log, newest first. It is read as a whole: the command takes half a second for each look. */
export const eventsOf = async ({ clients }: Walk): Promise<readonly ListedEvent[]> => {
  const events: ListedEvent[] = [];
  let from: Record<string, AttributeValue> | undefined;
  do {
    const page = await clients.dynamoDb.send(
      new ScanCommand({ TableName: 'gatepost-event-log', ExclusiveStartKey: from }),
    );
    events.push(...(page.Items ?? []).map(toListedEvent));
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  // The journals of replays have no type.
  return events.filter(({ type }) => type !== '').sort((a, b) => (a.at < b.at ? 1 : -1));
};

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
