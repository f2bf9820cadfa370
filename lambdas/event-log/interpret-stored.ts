import type { Delivery } from '../core/delivery.ts';
import type { Source } from '../core/source.ts';
import type { GatepostEvent } from '../events/event.ts';
import { interpretDelivery, routableEvents } from '../events/interpretation.ts';
import { providerNamed } from '../providers/index.ts';
import type { StoredEvent } from './find-event.ts';

/** A stored event whose delivery is all there. */
export type CompleteEvent = StoredEvent & { readonly body: string };

/** Whether the delivery is all there. */
export const isComplete = (event: StoredEvent): event is CompleteEvent => event.body !== undefined;

/**
 * The delivery that brought an event, as it was stored.
 *
 * @param source the settings to read it by. Default: those of its time.
 */
export const deliveryOf = (
  { delivery, body }: CompleteEvent,
  source: Source = delivery.source,
): Delivery => ({ ...delivery, source, body });

/**
 * All events in the delivery that brought an event, by today's code and the settings of its time.
 *
 * @throws {Error} where its provider is none any more.
 */
export const cloudEventsOf = (event: CompleteEvent): readonly GatepostEvent[] => {
  const delivery = deliveryOf(event);
  return interpretDelivery(providerNamed(delivery.source.provider), delivery);
};

/**
 * The event as it went to its queue, by today's code and the settings of its time: the CloudEvent with its payload.
 *
 * @returns undefined where today's code finds no such event in the delivery any more.
 * @throws {Error} where its provider is none any more.
 */
export const cloudEventOf = (event: CompleteEvent): GatepostEvent | undefined => {
  const events = cloudEventsOf(event);
  const { key, replayOf } = event;
  if (replayOf === undefined) return events.find(({ id }) => id === key);
  const id = key.slice(key.lastIndexOf('~') + 1);
  return routableEvents(events, { id, of: replayOf, at: event.at }).find((candidate) => candidate.id === key);
};
