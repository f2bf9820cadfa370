import * as v from 'valibot';
import type { Delivery, Replay } from '../core/delivery.ts';
import { digest } from '../core/digest.ts';
import { UNRECOGNIZED } from '../core/entity.ts';
import { roundsNumbers, writeCanonical } from '../core/json.ts';
import type { Routes } from '../core/routing-table.ts';
import { type Provider, type ProviderEvent, repeatWindow } from '../providers/provider.ts';
import { type Catalogue, type Meaning, meaningOf } from '../providers/shared/catalogue.ts';
import { inTodaysForm } from '../providers/shared/former-settings.ts';
import { leftOutBy } from '../providers/shared/selection.ts';
import type { GatepostEvent, UnrecognizedReason } from './event.ts';
import { isKeyOf, replayKey } from './event-key.ts';

/** A delivery and what it says. */
export interface Interpretation {
  /** The events that the source lets in. */
  readonly events: readonly InterpretedEvent[];
  /** The events of its catalogue that it does not let in. */
  readonly leftOut: readonly InterpretedEvent[];
  /** A part of the delivery, with these of its events. All that are in the delivery give the delivery itself. */
  part(events: readonly InterpretedEvent[]): Delivery;
}

export interface InterpretedEvent {
  readonly event: GatepostEvent;
  /** Its number in the whole delivery, from 0. */
  readonly number: number;
  /** The digest of what it says. A repeat says the same, and what says something else is another event. */
  content(): string;
  /** Only on an event without an id: for how long, in seconds, the same content is the same event. */
  readonly repeatWindow?: number;
  /** Only on an event whose name is in no list of its provider. */
  readonly isUnlisted?: boolean;
  /** Only on a delivery, or an item, that could not be interpreted: the error. */
  readonly cause?: unknown;
}

/** More events in one delivery are not taken apart: fan-out has to be able to route them within the retries of intake. */
export const MAX_EVENTS = 1_000;

/**
 * The events in a delivery. Never throws: an authentic delivery that can't be interpreted becomes an event for
 * `unrecognized.fifo` with its unchanged body. So does one with too many events, or too many numbers to keep exactly.
 *
 * @param checked the delivery's settings, if already validated. Default: they are validated, since they may be outdated.
 * @param parsed the body as the provider parsed it to verify it. Default: it is parsed again.
 */
export const interpretDelivery = <Settings, Parsed>(
  provider: Provider<Settings, unknown, Parsed>,
  delivery: Delivery,
  checked?: Settings,
  parsed?: Parsed,
): Interpretation => {
  let sender = provider.name;
  const notUnderstood = (reason?: UnrecognizedReason, cause?: unknown): Interpretation => ({
    events: [
      {
        event: unrecognized(delivery, sender, reason),
        number: 0,
        content: () => digest(delivery.body),
        ...(cause !== undefined && { cause }),
      },
    ],
    leftOut: [],
    part: () => delivery,
  });
  try {
    const settings = checked ?? v.parse(provider.settings, inTodaysForm(delivery.source.settings));
    sender = provider.nameInEvents?.(settings) ?? sender;
    if (delivery.bodyEncoding !== undefined || roundsNumbers(delivery.body)) return notUnderstood();
    const found = provider.interpret(delivery, settings, parsed);
    if (found.length > MAX_EVENTS) return notUnderstood('too-many-events');

    const catalogue = provider.catalogue(settings);
    const window = repeatWindow(provider, settings);
    const all = found.map(
      (each, index): InterpretedEvent => ({
        event: toEvent(each, delivery, sender, catalogue),
        number: delivery.items?.[index] ?? index,
        content: () => digest(writeCanonical(each.lasting ?? each.data)),
        ...(each.isContentId === true && { repeatWindow: window }),
        ...(!Object.hasOwn(catalogue, each.name) && { isUnlisted: true }),
        ...(each.notUnderstood !== undefined && { cause: each.notUnderstood }),
      }),
    );
    const names = leftOutBy(catalogue, settings);
    const isLeftOut = ({ event }: InterpretedEvent): boolean => names.has(event.providertype ?? '');
    return {
      events: all.filter((one) => !isLeftOut(one)),
      leftOut: all.filter(isLeftOut),
      part: partsOf(all, delivery, () => provider.cut?.(delivery, settings, parsed)),
    };
  } catch (cause) {
    // A retry would not help: the body itself goes to `unrecognized.fifo`.
    return notUnderstood(undefined, cause);
  }
};

const toEvent = (
  { name, identity, entityId, account, time, data, notUnderstood }: ProviderEvent,
  delivery: Delivery,
  sender: string,
  catalogue: Catalogue,
): GatepostEvent => {
  if (notUnderstood !== undefined) {
    return { ...envelope(delivery, sender, identity, NOT_UNDERSTOOD), reason: 'not-understood', data };
  }
  const meaning = meaningOf(catalogue, name);
  return {
    ...envelope(delivery, sender, identity, meaning ?? NOT_UNDERSTOOD),
    ...(account !== undefined && {
      source: `${sourceUri(delivery)}/${encodeURIComponent(account.toWellFormed())}`,
    }),
    ...(entityId !== undefined && { subject: entityId }),
    ...(time !== undefined && isValid(time) && { time: time.toISOString() }),
    providertype: name,
    ...(meaning === undefined && { reason: 'unknown-event' }),
    data,
  };
};

/**
 * @param events all that are in the delivery.
 * @param cut made once, and only for a delivery of several events.
 */
const partsOf = (
  events: readonly InterpretedEvent[],
  delivery: Delivery,
  cut: () => ((numbers: readonly number[]) => string) | undefined,
): Interpretation['part'] => {
  const places = new Map(events.map(({ number }, place) => [number, place]));
  let write: ((numbers: readonly number[]) => string) | undefined;
  return (wanted) => {
    if (wanted.length === events.length) return delivery;
    write ??= cut();
    if (write === undefined) return delivery;
    const items = wanted.map(({ number }) => number);
    const { bodyRef: _, ...whole } = delivery;
    return { ...whole, body: write(items.map((number) => places.get(number) ?? 0)), items };
  };
};

/**
 * The event for an unrecognized delivery.
 *
 * @param sender the provider's name in its events.
 * @param reason Default: `not-understood`.
 */
export const unrecognized = (
  delivery: Delivery,
  sender: string,
  reason: UnrecognizedReason = 'not-understood',
): GatepostEvent => ({
  ...envelope(delivery, sender, [delivery.body], NOT_UNDERSTOOD),
  reason,
  ...(delivery.bodyEncoding === 'base64'
    ? { datacontenttype: 'application/octet-stream', data_base64: delivery.body }
    : { datacontenttype: 'text/plain', data: delivery.body }),
});

/**
 * The events of a delivery to route: all of them, or only the replayed one, under a new key so that it is not a duplicate
 * of itself. If today's parser no longer finds that event, all events are sent.
 */
export const routableEvents = (
  events: readonly InterpretedEvent[],
  replay: Replay | undefined,
): readonly InterpretedEvent[] => {
  if (replay === undefined) return events;
  const meant = events.filter(({ event }) => isKeyOf(event, replay.of));
  return (meant.length > 0 ? meant : events).map((each) => ({
    ...each,
    event: {
      ...each.event,
      id: replayKey(meant.length > 0 ? replay.of : each.event.id, replay.id),
      replayof: replay.of,
    },
  }));
};

/** What the stack has for events. */
export interface QueueTools {
  /** The entities that can come. */
  readonly entities: ReadonlySet<string>;
  readonly routes: Routes;
}

/**
 * Redirects an event that no queue gets to `unrecognized.fifo`: its entity is no longer one of the stack, or its name is in no
 * list, so that it can't be chosen. One that is listed and that no consumer chooses is in the event log alone.
 */
export const redirectUnrouted = (
  each: InterpretedEvent,
  source: string,
  { entities, routes }: QueueTools,
): InterpretedEvent => {
  const { event, isUnlisted = false } = each;
  if (event.entity === UNRECOGNIZED) return each;
  const isRouted = !isUnlisted || routes({ ...event, source }).length > 0;
  if (entities.has(event.entity) && isRouted) return each;
  return {
    ...each,
    event: {
      ...event,
      ...NOT_UNDERSTOOD,
      type: `${event.provider}.${NOT_UNDERSTOOD.entity}.${NOT_UNDERSTOOD.action}`,
      reason: 'no-queue',
    },
  };
};

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
