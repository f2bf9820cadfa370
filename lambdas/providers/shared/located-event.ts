import type { DeliveredContent } from '../../core/delivery.ts';
import { digest } from '../../core/digest.ts';
import { identifier, type JsonValue, writeJson } from '../../core/json.ts';
import { Rejection } from '../../core/rejection.ts';
import type { ProviderEvent } from '../provider.ts';
import { parseBody } from './body-shape.ts';
import { headersOf, type Locatable, locate } from './locator.ts';
import { readTime } from './provider-time.ts';

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
}

/** The headers that {@link locatedEvents} needs. */
export const headersIn = ({ name, id, entityId, time, data }: EventPlaces): readonly string[] =>
  headersOf([...name, ...entityId, id, time, data].filter((place) => place !== undefined));

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
 * @throws {Rejection} `body-not-json`, or `body-shape` if a name or the list is missing.
 */
export const locatedEvents = (
  places: EventPlaces,
  { headers, body: text }: DeliveredContent,
  body = parseBody(text),
): readonly ProviderEvent[] =>
  itemsIn(places, body).map((item) =>
    // A body of one event is identified by its text, as before.
    locatedEvent(places, { headers, body, item }, () => digest(item === undefined ? text : writeJson(item))),
  );

/** The items of the list in a body; one `undefined` for a body that is one event. @throws {Rejection} `body-shape`. */
export const itemsIn = (
  { items: place }: EventPlaces,
  body: JsonValue,
): readonly (JsonValue | undefined)[] => {
  if (place === undefined) return [undefined];
  const list = place === WHOLE_BODY ? body : locate(place, { headers: {}, body });
  if (!Array.isArray(list)) throw new Rejection('body-shape', `there is no list of events at ${place}`);
  return list;
};

/** The place of a list that is the body itself. */
const WHOLE_BODY = 'body';

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
    data: data !== undefined ? data : (content.item ?? content.body),
  };
};
