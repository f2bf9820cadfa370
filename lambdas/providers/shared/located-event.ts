import type { DeliveredContent } from '../../core/delivery.ts';
import { digest } from '../../core/digest.ts';
import { identifier } from '../../core/json.ts';
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
  /** Default: the whole body. */
  readonly data?: string | undefined;
}

/** The headers that {@link locatedEvent} needs. */
export const headersIn = ({ name, id, entityId, time, data }: EventPlaces): readonly string[] =>
  headersOf([...name, ...entityId, id, time, data].filter((place) => place !== undefined));

/** The event's name. @throws {Rejection} `body-shape` if it is missing. */
export const locatedName = ({ name }: EventPlaces, content: Locatable): string => {
  const parts = name.map((place) => identifier(locate(place, content)));
  if (parts[0] === undefined) throw new Rejection('body-shape', `there is no event name at ${name[0]}`);
  return parts.filter((part) => part !== undefined).join('.');
};

/**
 * @param body the parsed body. Default: it is parsed.
 * @throws {Rejection} `body-not-json`, or `body-shape` if the name is missing.
 */
export const locatedEvent = (
  places: EventPlaces,
  { headers, body: text }: DeliveredContent,
  body = parseBody(text),
): ProviderEvent => {
  const content = { headers, body };
  const at = (place: string | undefined) => (place === undefined ? undefined : locate(place, content));

  const name = locatedName(places, content);
  const id = identifier(at(places.id));
  const data = at(places.data);
  return {
    name,
    identity: id === undefined ? [name, digest(text)] : [id, name],
    entityId: places.entityId.map((place) => identifier(at(place))).find((found) => found !== undefined),
    time: readTime(at(places.time)),
    // Null is a payload, undefined is not.
    data: data === undefined ? body : data,
  };
};
