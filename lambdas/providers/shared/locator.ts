import * as v from 'valibot';
import type { JsonValue } from '../../core/json.ts';
import { valueAt } from './body-shape.ts';
import { HEADER_PLACE, type Headers, headerValue } from './header-list.ts';

export interface Locatable {
  readonly headers: Headers;
  readonly body: JsonValue;
  /** The event's own part of a body that holds several. */
  readonly item?: JsonValue | undefined;
}

const FORM = new RegExp(`^(?:header:${HEADER_PLACE}|(?:body|item):[^.]+(?:\\.[^.]+)*)$`);

/**
 * A place in a delivery: `header:x-request-id`, `header:stripe-signature.t` in a header list, `body:data.items.0.id`, or
 * `item:id` in one of several events.
 */
export const locator = v.pipe(
  v.string(`must be a place, such as "header:x-request-id" or "body:data.id"`),
  v.regex(
    FORM,
    'must be a place: "header:" and a name in lower case, such as "header:x-request-id" or "header:stripe-signature.t", or "body:" and a path, such as "body:data.items.0.id"; in a delivery of several events also "item:" and a path, such as "item:id"',
  ),
);

/** The value at a place, if there is one. */
export const locate = (place: string, { headers, body, item }: Locatable): JsonValue | undefined => {
  if (place.startsWith(HEADER)) return headerValue(headers, place.slice(HEADER.length));
  const within = place.startsWith(ITEM) ? item : body;
  return within === undefined ? undefined : valueAt(within, place.slice(place.indexOf(':') + 1).split('.'));
};

/** Whether a place is in one of several events. */
export const isInItem = (place: string | undefined): boolean => place?.startsWith(ITEM) === true;

/** Whether a place in the body names an entry of a list by its number. */
export const isNumbered = (place: string | undefined): boolean =>
  place?.startsWith(BODY) === true && /[:.]\d+(?:\.|$)/.test(place);

/** The distinct names of the places' headers. */
export const headersOf = (places: readonly string[]): readonly string[] => [
  ...new Set(
    places
      .filter((place) => place.startsWith(HEADER))
      .map((place) =>
        place.slice(HEADER.length).replace(
          // Stryker disable next-line Regex: a header name in a place contains no line break, so `$` changes nothing
          /\..*$/,
          '',
        ),
      ),
  ),
];

const HEADER = 'header:';
const BODY = 'body:';
const ITEM = 'item:';
