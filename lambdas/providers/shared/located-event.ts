import { valueAt } from '../../core/body-shape.ts';
import type { DeliveredContent } from '../../core/delivery.ts';
import { digest } from '../../core/digest.ts';
import { identifier, isJsonObject, type JsonValue, writeCanonical, writeJson } from '../../core/json.ts';
import { Rejection } from '../../core/rejection.ts';
import { type BodyForm, readBodyAs } from '../../verification/body-form.ts';
import { itemsAt } from '../../verification/items.ts';
import type { NamedPlaces } from '../../verification/openings.ts';
import { headersOf, isInItem, type Locatable, locate } from '../../verification/place.ts';
import { readTime } from '../../verification/provider-time.ts';
import type { ProviderEvent } from '../provider.ts';
import { eachItem } from './each-item.ts';

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
  /** What changes from one try of a delivery to the next. */
  readonly volatile?: readonly string[] | undefined;
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
 * @throws {Rejection} `body-not-json`, or `body-shape` if the list or all names are missing.
 */
export const locatedEvents = (
  places: EventPlaces,
  { headers, body: text, items }: DeliveredContent,
  body = readContent(places, { body: text, items }),
  fallback?: (index: number) => string,
): readonly ProviderEvent[] =>
  eachItem(
    itemsAt(places.items, body),
    (item, index) =>
      locatedEvent(places, { headers, body, item }, fallback && (() => fallback(items?.[index] ?? index))),
    { isPart: items !== undefined },
  );

/**
 * Cuts a delivery of several events: its body with these of the items alone, as JSON.
 *
 * @param body the parsed body. Default: it is parsed.
 */
export const cutLocated = (
  places: EventPlaces,
  content: Pick<DeliveredContent, 'body' | 'items'>,
  body = readContent(places, content),
): ((numbers: readonly number[]) => string) | undefined => {
  const { items: place } = places;
  if (place === undefined) return undefined;
  const items = itemsAt(place, body);
  const path = pathOf(place);
  const around = lightened(body, path, places);
  return (numbers) =>
    writeJson(
      replaced(
        around,
        path,
        numbers.map((number) => items[number] as JsonValue),
      ),
    );
};

/** What all parts of a delivery repeat may have this many characters. */
const MAX_SHARED = 16 * 1024;

/** The body without the fields that no place names, if what is beside the list is large: every part would repeat it. */
const lightened = (body: JsonValue, path: readonly string[], places: EventPlaces): JsonValue => {
  if (!isJsonObject(body) || writeJson(replaced(body, path, [])).length <= MAX_SHARED) return body;
  const { name, id, entityId, time, data } = places;
  const named = new Set(
    [path, ...[name, id, entityId, time, data].flat().map(pathInBody)].map(([key]) => key),
  );
  return Object.fromEntries(Object.entries(body).filter(([key]) => named.has(key)));
};

const pathInBody = (place: string | undefined): readonly string[] =>
  place?.startsWith('body:') === true ? pathOf(place) : [];

/** The parsed body. A part of a delivery is JSON, whatever form the sender wrote it in. */
const readContent = (
  { bodyForm = 'json' }: EventPlaces,
  { body, items }: Pick<DeliveredContent, 'body' | 'items'>,
): JsonValue => readBodyAs(items === undefined ? bodyForm : 'json', body);

const locatedEvent = (
  places: EventPlaces,
  content: Locatable,
  fallback: (() => string) | undefined,
): ProviderEvent => {
  const at = (place: string | undefined) => (place === undefined ? undefined : locate(place, content));

  const name = locatedName(places, content);
  const id = identifier(at(places.id));
  const lasting = lastingIn(places, content);
  // Without an id, all that the sender says again identifies the event: the order of keys and white space don't.
  const isContentId = id === undefined && fallback === undefined;
  return {
    name,
    identity:
      id !== undefined ? [id, name] : [name, fallback?.() ?? digest(writeCanonical(wholeOf(lasting)))],
    entityId: places.entityId.map((place) => identifier(at(place))).find((found) => found !== undefined),
    time: readTime(at(places.time)),
    data: dataIn(places, content),
    ...(lasting !== content && { lasting: dataIn(places, lasting) }),
    ...(isContentId && { isContentId }),
  };
};

/** The body of one event, or the item. */
const wholeOf = ({ item, body }: Locatable): JsonValue => (item !== undefined ? item : body);

const dataIn = ({ data: place }: EventPlaces, content: Locatable): JsonValue => {
  const data = place === undefined ? undefined : locate(place, content);
  // Null is a payload, undefined is not.
  return data !== undefined ? data : wholeOf(content);
};

/** The content without what changes from one try to the next. */
const lastingIn = ({ volatile = [] }: EventPlaces, content: Locatable): Locatable => {
  if (volatile.length === 0) return content;
  let { item, body } = content;
  for (const place of volatile) {
    if (!isInItem(place)) body = replaced(body, pathOf(place), undefined);
    else if (item !== undefined) item = replaced(item, pathOf(place), undefined);
  }
  return { ...content, item, body };
};

/** The path of a place in a body or an item. */
const pathOf = (place: string): readonly string[] => {
  const colon = place.indexOf(':');
  return colon === -1 ? [] : place.slice(colon + 1).split('.');
};

/** A copy of a value with another one at a path, or with none. */
const replaced = (
  value: JsonValue,
  [key, ...path]: readonly string[],
  by: JsonValue | undefined,
): JsonValue => {
  if (key === undefined) return by ?? null;
  const inner = valueAt(value, [key]);
  if (inner === undefined) return value;
  const changed = path.length > 0 ? replaced(inner, path, by) : by;
  if (Array.isArray(value)) return value.with(Number(key), changed ?? null);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, each]): readonly [string, JsonValue][] => {
      if (name !== key) return [[name, each]];
      return changed === undefined ? [] : [[name, changed]];
    }),
  );
};
