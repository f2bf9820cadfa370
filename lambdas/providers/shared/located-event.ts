import { withoutMark } from '../../core/body-shape.ts';
import type { DeliveredContent } from '../../core/delivery.ts';
import { digest } from '../../core/digest.ts';
import { identifier, writeJson } from '../../core/json.ts';
import { Rejection } from '../../core/rejection.ts';
import { type BodyForm, readBodyAs } from '../../verification/body-form.ts';
import { itemsAt } from '../../verification/items.ts';
import type { NamedPlaces } from '../../verification/openings.ts';
import { headersOf, type Locatable, locate } from '../../verification/place.ts';
import { readTime } from '../../verification/provider-time.ts';
import type { ProviderEvent } from '../provider.ts';

/** The places of an event's parts in a delivery of a generic provider. */
export interface EventPlaces {
  /** The parts of the name, joined by dots. Only the first is required. */
  readonly name: readonly string[];
  /** Default: the body identifies the event. */
  readonly id?: string | undefined;
  /** The first place with a value wins. */
  readonly entityId: readonly (string | undefined)[];
  readonly time?: string | undefined;
  /** Default: the whole body, or the item. */
  readonly data?: string | undefined;
  /** The place of a list of events in the body. Default: the body is one event. */
  readonly items?: string | undefined;
  /** Default: `json`. */
  readonly bodyForm?: BodyForm | undefined;
}

/** The headers that {@link locatedEvents} needs. */
export const headersIn = ({ name, id, entityId, time, data }: EventPlaces): readonly string[] =>
  headersOf([...name, ...entityId, id, time, data].filter((place) => place !== undefined));

/** The places by the setting that names them. */
export const placesByRole = ({ name, id, entityId, time, data }: EventPlaces): NamedPlaces => ({
  eventName: name,
  eventId: [id].filter((place) => place !== undefined),
  entityId: entityId.filter((place) => place !== undefined),
  time: [time].filter((place) => place !== undefined),
  data: [data].filter((place) => place !== undefined),
});

/** The event's name. @throws {Rejection} `body-shape` if it is missing. */
export const locatedName = ({ name }: EventPlaces, content: Locatable): string => {
  const parts = name.map((place) => identifier(locate(place, content)));
  if (parts[0] === undefined) throw new Rejection('body-shape', `there is no event name at ${name[0]}`);
  return parts.filter((part) => part !== undefined).join('.');
};

/**
 * The events in a delivery.
 *
 * @param body the parsed body. Default: it is parsed.
 * @param fallback what identifies an event without an id, by its number. Default: what it says.
 * @throws {Rejection} `body-not-json`, or `body-shape` if a name or the list is missing.
 */
export const locatedEvents = (
  places: EventPlaces,
  { headers, body: text }: DeliveredContent,
  body = readBodyAs(places.bodyForm ?? 'json', text),
  fallback?: (index: number) => string,
): readonly ProviderEvent[] =>
  itemsAt(places.items, body).map((item, index) =>
    // A body of one event is identified by its text. A mark before it, which may be unsigned, makes no other event.
    locatedEvent(places, { headers, body, item }, () =>
      fallback !== undefined
        ? fallback(index)
        : digest(item === undefined ? withoutMark(text) : writeJson(item)),
    ),
  );

const locatedEvent = (places: EventPlaces, content: Locatable, fingerprint: () => string): ProviderEvent => {
  const at = (place: string | undefined) => (place === undefined ? undefined : locate(place, content));

  const name = locatedName(places, content);
  const id = identifier(at(places.id));
  const data = at(places.data);
  return {
    name,
    identity: id === undefined ? [name, fingerprint()] : [id, name],
    entityId: places.entityId.map((place) => identifier(at(place))).find((found) => found !== undefined),
    time: readTime(at(places.time)),
    // Null is a payload, undefined is not.
    data: data !== undefined ? data : content.item !== undefined ? content.item : content.body,
  };
};
