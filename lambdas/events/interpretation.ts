import * as v from 'valibot';
import type { Delivery, Replay } from '../core/delivery.ts';
import { digest } from '../core/digest.ts';
import { UNRECOGNIZED } from '../core/entity.ts';
import { roundsNumbers } from '../core/json.ts';
import type { Provider } from '../providers/provider.ts';
import { type Meaning, meaningOf } from '../providers/shared/catalogue.ts';
import type { GatepostEvent } from './event.ts';

/**
 * The events in a delivery. Never throws: an authentic delivery that can't be interpreted becomes an event for
 * `unrecognized.fifo` with its unchanged body. So does one with too many numbers to keep exactly.
 *
 * @param checked the delivery's settings, if already validated. Default: they are validated, since they may be outdated.
 * @param parsed the body as the provider parsed it to verify it. Default: it is parsed again.
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
    if (delivery.bodyEncoding !== undefined || roundsNumbers(delivery.body)) {
      return [unrecognized(delivery, sender)];
    }
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

/** The event for an unrecognized delivery. @param sender the provider's name in its events. */
export const unrecognized = (delivery: Delivery, sender: string): GatepostEvent => ({
  ...envelope(delivery, sender, [delivery.body], NOT_UNDERSTOOD),
  reason: 'not-understood',
  ...(delivery.bodyEncoding === 'base64'
    ? { datacontenttype: 'application/octet-stream', data_base64: delivery.body }
    : { datacontenttype: 'text/plain', data: delivery.body }),
});

/**
 * The events of a delivery to route: all of them, or only the replayed one, under a new key so that it is not a duplicate
 * of itself. If today's parser no longer finds that event, all events are sent.
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

export const replayKey = (key: string, replayId: string): string => `${key}~${replayId}`;

/** Redirects an event whose entity no longer has a queue. */
export const withoutQueue = (event: GatepostEvent): GatepostEvent => ({
  ...event,
  ...NOT_UNDERSTOOD,
  type: `${event.provider}.${NOT_UNDERSTOOD.entity}.${NOT_UNDERSTOOD.action}`,
  reason: 'no-queue',
});

/**
 * The message group of an event: its entity, whose events stay in order. An unrecognized event is its own group. Hashed,
 * because SQS limits length and characters, and an entity's id is untrusted text.
 */
export const groupOf = ({ id, source, entity, subject }: GatepostEvent): string =>
  digest(source, entity, subject ?? (entity === UNRECOGNIZED ? id : ''));

/** The message group of a delivery in the intake queue: that of its first event, or else one of its own. */
export const intakeGroupOf = ([first]: readonly GatepostEvent[], { body }: Delivery): string =>
  first === undefined ? digest(body) : groupOf(first);

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

/** RFC 3339, which CloudEvents use, has four-digit years. Milliseconds mistaken for seconds exceed them. */
const isValid = (time: Date): boolean => time.getUTCFullYear() >= 0 && time.getUTCFullYear() <= 9999;
