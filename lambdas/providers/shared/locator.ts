import * as v from 'valibot';
import type { JsonValue } from '../../core/json.ts';
import { valueAt } from './body-shape.ts';
import { HEADER_PLACE, type Headers, headerValue } from './header-list.ts';

/** A delivery whose parts can be pointed at. */
export interface Locatable {
  readonly headers: Headers;
  readonly body: JsonValue;
}

const FORM = new RegExp(`^(?:header:${HEADER_PLACE}|body:[^.]+(?:\\.[^.]+)*)$`);

/**
 * Says where something stands in a delivery: `header:x-request-id`, `header:stripe-signature.t` in a header that is a list
 * of keys and values, or `body:data.items.0.id`.
 */
export const locator = v.pipe(
  v.string(`must say where it stands, such as "header:x-request-id" or "body:data.id"`),
  v.regex(
    FORM,
    'must say where it stands: "header:" and a name in lower case, such as "header:x-request-id" or "header:stripe-signature.t", or "body:" and a path, such as "body:data.items.0.id"',
  ),
);

/** What stands there; undefined where nothing does. */
export const locate = (place: string, { headers, body }: Locatable): JsonValue | undefined =>
  place.startsWith(HEADER)
    ? headerValue(headers, place.slice(HEADER.length))
    : valueAt(body, place.slice(BODY.length).split('.'));

/** The names of the headers that the places are in, each once. */
export const headersOf = (places: readonly string[]): readonly string[] => [
  ...new Set(
    places
      .filter((place) => place.startsWith(HEADER))
      .map((place) =>
        place.slice(HEADER.length).replace(
          // Stryker disable next-line Regex: a header name in a place holds no line break, so `$` changes nothing
          /\..*$/,
          '',
        ),
      ),
  ),
];

const HEADER = 'header:';
const BODY = 'body:';
