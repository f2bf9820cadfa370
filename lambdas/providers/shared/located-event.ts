import type { DeliveredContent } from '../../core/delivery.ts';
import { digest } from '../../core/digest.ts';
import { identifier } from '../../core/json.ts';
import { Rejection } from '../../core/rejection.ts';
import type { ProviderEvent } from '../provider.ts';
import { parseBody } from './body-shape.ts';
import { headersOf, type Locatable, locate } from './locator.ts';
import { readTime } from './provider-time.ts';

/** Where a delivery's one event stands, for a provider that is known by its settings only. */
export interface EventPlaces {
  /** The parts of its name, to be joined by dots. The first has to be there, the others may be. */
  readonly name: readonly string[];
  /** Its id. Where there is none, the body tells it from others. */
  readonly id?: string | undefined;
  /** Where its entity's id may be: the first place that has one counts. */
  readonly entityId: readonly (string | undefined)[];
  readonly time?: string | undefined;
  /** The payload. Where there is none, it is the whole body. */
  readonly data?: string | undefined;
}

/** The headers that {@link locatedEvent} needs. */
export const headersIn = ({ name, id, entityId, time, data }: EventPlaces): readonly string[] =>
  headersOf([...name, ...entityId, id, time, data].filter((place) => place !== undefined));

/**
 * The name of a delivery's event.
 *
 * @throws {Rejection} `body-shape` where it isn't there.
 */
export const locatedName = ({ name }: EventPlaces, content: Locatable): string => {
  const parts = name.map((place) => identifier(locate(place, content)));
  if (parts[0] === undefined) throw new Rejection('body-shape', `there is no event name at ${name[0]}`);
  return parts.filter((part) => part !== undefined).join('.');
};

/**
 * A delivery's event.
 *
 * @param body the delivery's body, parsed. Default: it is parsed.
 * @throws {Rejection} `body-not-json`, or `body-shape` where its name isn't there.
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
    // Null is a payload; nothing is none.
    data: data === undefined ? body : data,
  };
};
