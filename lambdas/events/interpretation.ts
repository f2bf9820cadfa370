import * as v from 'valibot';
import type { Delivery, Replay } from '../core/delivery.ts';
import { digest } from '../core/digest.ts';
import { UNRECOGNIZED } from '../core/entity.ts';
import { roundsNumbers } from '../core/json.ts';
import type { Provider } from '../providers/provider.ts';
import { type Meaning, meaningOf } from '../providers/shared/catalogue.ts';
import type { GatepostEvent } from './event.ts';

/**
 * The events in a delivery. Never throws: what is authentic but not understood becomes an event for
 * `unrecognized.fifo`, with the reason and the payload, or the whole body, as it came. So does what has more numbers than
 * can be kept digit for digit.
 *
 * @param checked the delivery's settings where they were already checked. Default: they are checked, for they may be
 * older than what reads them now.
 * @param parsed what the provider read in this delivery while it verified it. Default: it is read again.
 */
export const interpretDelivery = <Settings, Parsed>(
  provider: Provider<Settings, unknown, Parsed>,
  delivery: Delivery,
  checked?: Settings,
  parsed?: Parsed,
): readonly GatepostEvent[] => {
  let sender = provider.name;
  try {
    const settings = checked ?? v.parse(provider.settings, delivery.source.settings);
    sender = provider.nameInEvents?.(settings) ?? sender;
    if (roundsNumbers(delivery.body)) return [unrecognized(delivery, sender)];
    const catalogue = provider.catalogue(settings);
    return provider
      .interpret(delivery, settings, parsed)
      .map(({ name, identity, entityId, account, time, data }) => {
        const meaning = meaningOf(catalogue, name);
        const event: GatepostEvent = {
          ...envelope(delivery, sender, identity, meaning ?? NOT_UNDERSTOOD),
          ...(account !== undefined && {
            source: `${sourceUri(delivery)}/${encodeURIComponent(account.toWellFormed())}`,
          }),
          ...(entityId !== undefined && { subject: entityId }),
          ...(time !== undefined && isValid(time) && { time: time.toISOString() }),
          providertype: name,
          data,
        };
        return meaning === undefined ? { ...event, reason: 'unknown-event' } : event;
      });
  } catch {
    // A retry would not help: the body itself goes to `unrecognized.fifo`.
    return [unrecognized(delivery, sender)];
  }
};

/**
 * An unrecognized delivery, as an event that carries its body as text.
 *
 * @param sender the provider's name, as its events bear it.
 */
export const unrecognized = (delivery: Delivery, sender: string): GatepostEvent => ({
  ...envelope(delivery, sender, [delivery.body], NOT_UNDERSTOOD),
  reason: 'not-understood',
  datacontenttype: 'text/plain',
  data: delivery.body,
});

/**
 * What is to be routed of a delivery: all of its events; or, where it is sent again, the one that it is sent again for,
 * under a key of its own, so that it is not taken for a duplicate of itself. A delivery that reads differently today, by a
 * parser that was mended since, has no such event any more: then all that it says now are sent.
 */
export const routableEvents = (
  events: readonly GatepostEvent[],
  replay: Replay | undefined,
): readonly GatepostEvent[] => {
  if (replay === undefined) return events;
  const meant = events.filter(({ id }) => id === replay.of);
  return (meant.length > 0 ? meant : events).map((event) => ({
    ...event,
    id: replayKey(event.id, replay.id),
    replayof: replay.of,
  }));
};

/** The key of an event in a replay of it. */
export const replayKey = (key: string, replayId: string): string => `${key}~${replayId}`;

/** An event of an entity that has no queue: the stack was changed since its delivery was stored. */
export const withoutQueue = (event: GatepostEvent): GatepostEvent => ({
  ...event,
  ...NOT_UNDERSTOOD,
  type: `${event.provider}.${NOT_UNDERSTOOD.entity}.${NOT_UNDERSTOOD.action}`,
  reason: 'no-queue',
});

/**
 * The message group of an event: its entity, whose events stay in order. What was not recognized is of no entity, and
 * waits for nothing. Hashed, since SQS takes 128 characters and not all of them, and an entity's id is untrusted
 * text.
 */
export const groupOf = ({ id, source, entity, subject }: GatepostEvent): string =>
  digest(source, entity, subject ?? (entity === UNRECOGNIZED ? id : ''));

/**
 * The message group of a delivery in the intake queue: that of its first event. Where there is none to tell the entity,
 * the body is its own group: nothing waits behind it.
 */
export const intakeGroupOf = ([first]: readonly GatepostEvent[], { body }: Delivery): string =>
  first === undefined ? digest(body) : groupOf(first);

/** What an event means that means nothing here. */
const NOT_UNDERSTOOD: Meaning = { entity: UNRECOGNIZED, action: 'received' };

const envelope = (
  delivery: Delivery,
  sender: string,
  identity: readonly string[],
  { entity, action }: Meaning,
) => ({
  specversion: '1.0' as const,
  id: `${delivery.source.name}:${digest(...identity)}`,
  source: sourceUri(delivery),
  type: `${sender}.${entity}.${action}`,
  time: delivery.receivedAt,
  datacontenttype: 'application/json',
  provider: sender,
  entity,
  action,
  deliveryid: delivery.deliveryId,
  receivedat: delivery.receivedAt,
});

const sourceUri = ({ source }: Delivery): string => `/gatepost/${source.name}`;

/** CloudEvents take the times of RFC 3339, whose years have four digits; milliseconds taken for seconds lie beyond. */
const isValid = (time: Date): boolean => time.getUTCFullYear() >= 0 && time.getUTCFullYear() <= 9999;
