import * as v from 'valibot';
import { valueAt } from '../core/body-shape.ts';
import type { JsonValue } from '../core/json.ts';
import { HEADER_PLACE, type Headers, headerValue, type Separators } from './header-list.ts';

/** What places are looked up in. */
export interface Locatable {
  readonly headers: Headers;
  readonly body: JsonValue;
  /** With the query. Default: none. */
  readonly url?: string;
  /** The event's own part of a body that holds several. */
  readonly item?: JsonValue | undefined;
  /** Of header lists. Default: those of {@link Separators}. */
  readonly separators?: Separators | undefined;
  /** The places at which the hash of a secret stands for the secret. Default: none. */
  readonly hashed?: ReadonlySet<string> | undefined;
}

const FORM = new RegExp(
  `^(?:header:${HEADER_PLACE}|query:[\\w.~-]+|(?:body|item):[^.]+(?:\\.[^.]+)*|text:[\\x20-\\x7e]+)$`,
);

/**
 * A place in a delivery: `header:x-request-id`; `header:stripe-signature.t` in a header that is a list of keys and values,
 * or `header:recurly-signature.0` in one that is a list of values; `query:token`; `body:data.items.0.id`; `item:id` in one
 * of several events. `text:message.received` is that text itself.
 */
export const place = v.pipe(
  v.string(`must be a place, such as "header:x-request-id" or "body:data.id"`),
  v.regex(
    FORM,
    'must be a place: "header:" and a name in lower case, such as "header:x-request-id" or "header:stripe-signature.t", or "body:" and a path, such as "body:data.items.0.id"; in a delivery of several events also "item:" and a path, such as "item:id"; "query:" and a name, or "text:" and a text',
  ),
);

/** The value at a place, if there is one. A parameter that is repeated has none. */
export const locate = (where: string, from: Locatable): JsonValue | undefined => {
  const { headers, url = '', item, separators } = from;
  const name = where.slice(where.indexOf(':') + 1);
  switch (kindOf(where)) {
    case 'header':
      return headerValue(headers, name, separators);
    case 'query':
      return queryValue(url, name);
    case 'text':
      return name;
    case 'item':
      return item === undefined ? undefined : valueAt(item, name.split('.'));
    default:
      return valueAt(from.body, name.split('.'));
  }
};

/** What a place is in: `header`, `query`, `body`, `item` or `text`. */
export const kindOf = (where: string): string => where.slice(0, where.indexOf(':'));

const queryValue = (url: string, name: string): string | undefined => {
  const question = url.indexOf('?');
  if (question === -1) return undefined;
  const values = new URLSearchParams(url.slice(question)).getAll(name);
  return values.length === 1 ? values[0] || undefined : undefined;
};

/** Whether a place is in one of several events. */
export const isInItem = (where: string | undefined): boolean => where?.startsWith('item:') === true;

/** Whether a place in the body names an entry of a list by its number. */
export const isNumbered = (where: string | undefined): boolean =>
  where?.startsWith('body:') === true && /[:.]\d+(?:\.|$)/.test(where);

/** The distinct names of the places' headers. */
export const headersOf = (places: readonly string[]): readonly string[] => [
  ...new Set(
    places
      .filter((where) => where.startsWith(HEADER))
      .map((where) =>
        where.slice(HEADER.length).replace(
          // Stryker disable next-line Regex: a header name in a place contains no line break, so `$` changes nothing
          /\..*$/,
          '',
        ),
      ),
  ),
];

const HEADER = 'header:';
