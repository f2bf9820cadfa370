import type { Delivery } from '../core/delivery.ts';
import type { Source } from '../core/source.ts';
import type { GatepostEvent } from '../events/event.ts';
import { isKeyOf } from '../events/event-key.ts';
import { interpretDelivery, routableEvents } from '../events/interpretation.ts';
import { providerNamed } from '../providers/index.ts';
import type { StoredEvent } from './find-event.ts';

/** A stored event with its body. */
export type CompleteEvent = StoredEvent & { readonly body: string };

export const isComplete = (event: StoredEvent): event is CompleteEvent => event.body !== undefined;

/** The delivery of an event. @param source the settings to interpret it with. Default: those at its time. */
export const deliveryOf = (
  { delivery, body, bodyRef }: CompleteEvent,
  source: Source = delivery.source,
): Delivery => ({ ...delivery, source, body, ...(bodyRef !== undefined && { bodyRef }) });

/**
 * The CloudEvent as sent to its queue, by today's code and the settings at its time.
 *
 * @returns undefined if today's code no longer finds it in the delivery.
 * @throws {Error} for a removed provider.
 */
export const cloudEventOf = (event: CompleteEvent): GatepostEvent | undefined => {
  const delivery = deliveryOf(event);
  const { events } = interpretDelivery(providerNamed(delivery.source.provider), delivery);
  const { key, replayOf } = event;
  if (replayOf === undefined) {
    const found = events.find((candidate) => isKeyOf(candidate.event, key));
    return found && { ...found.event, id: key };
  }
  const id = key.slice(key.lastIndexOf('~') + 1);
  return routableEvents(events, { id, of: replayOf, at: event.at })
    .map((candidate) => candidate.event)
    .find((candidate) => candidate.id === key);
};
