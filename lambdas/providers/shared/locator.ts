import * as v from 'valibot';
import type { JsonValue } from '../../core/json.ts';
import { valueAt } from './body-shape.ts';
import { HEADER_PLACE, type Headers, headerValue } from './header-list.ts';

export interface Locatable {
  readonly headers: Headers;
  readonly body: JsonValue;
}

const FORM = new RegExp(`^(?:header:${HEADER_PLACE}|body:[^.]+(?:\\.[^.]+)*)$`);

/** A place in a delivery: `header:x-request-id`, `header:stripe-signature.t` in a header list, or `body:data.items.0.id`. */
export const locator = v.pipe(
  v.string(`must be a place, such as "header:x-request-id" or "body:data.id"`),
  v.regex(
    FORM,
    'must be a place: "header:" and a name in lower case, such as "header:x-request-id" or "header:stripe-signature.t", or "body:" and a path, such as "body:data.items.0.id"',
  ),
);

/** The value at a place, if there is one. */
export const locate = (place: string, { headers, body }: Locatable): JsonValue | undefined =>
  place.startsWith(HEADER)
    ? headerValue(headers, place.slice(HEADER.length))
    : valueAt(body, place.slice(BODY.length).split('.'));

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
