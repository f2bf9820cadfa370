import type { Delivery } from '../core/delivery.ts';
import type { Source } from '../core/source.ts';
import type { GatepostEvent } from '../events/event.ts';
import { interpretDelivery, routableEvents } from '../events/interpretation.ts';
import { providerNamed } from '../providers/index.ts';
import type { StoredEvent } from './find-event.ts';

/** A stored event with its delivery's body. */
export type CompleteEvent = StoredEvent & { readonly body: string };

export const isComplete = (event: StoredEvent): event is CompleteEvent => event.body !== undefined;

/** The delivery of an event. @param source the settings to interpret it with. Default: those at its time. */
export const deliveryOf = (
  { delivery, body }: CompleteEvent,
  source: Source = delivery.source,
): Delivery => ({ ...delivery, source, body });

/** All events of an event's delivery, by today's code and the settings at its time. @throws {Error} for a removed provider. */
export const cloudEventsOf = (event: CompleteEvent): readonly GatepostEvent[] => {
  const delivery = deliveryOf(event);
  return interpretDelivery(providerNamed(delivery.source.provider), delivery);
};

/**
 * The CloudEvent as sent to its queue, by today's code and the settings at its time.
 *
 * @returns undefined if today's code no longer finds it in the delivery.
 * @throws {Error} for a removed provider.
 */
export const cloudEventOf = (event: CompleteEvent): GatepostEvent | undefined => {
  const events = cloudEventsOf(event);
  const { key, replayOf } = event;
  if (replayOf === undefined) return events.find(({ id }) => id === key);
  const id = key.slice(key.lastIndexOf('~') + 1);
  return routableEvents(events, { id, of: replayOf, at: event.at }).find((candidate) => candidate.id === key);
};
