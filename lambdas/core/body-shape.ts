import {
  identifier,
  isJsonObject,
  type JsonError,
  type JsonObject,
  type JsonValue,
  parseJson,
} from './json.ts';
import { Rejection } from './rejection.ts';

/** Parses a JSON object. @throws {Rejection} `body-not-json` or `body-shape`. */
export const parseObject = (text: string, what = 'the body', parse = parseJson): JsonObject => {
  const value = parseBody(text, what, parse);
  if (!isJsonObject(value)) throw new Rejection('body-shape', `${what} is not a JSON object`);
  return value;
};

/** Parses JSON, which may have a byte order mark before it. @throws {Rejection} `body-not-json`. */
export const parseBody = (text: string, what = 'the body', parse = parseJson): JsonValue => {
  try {
    return parse(withoutMark(text));
  } catch (error) {
    // Always a JsonError, which never quotes the text.
    throw new Rejection('body-not-json', `${what} is ${(error as JsonError).message}`);
  }
};

/** A text without a byte order mark before it, which says nothing. */
export const withoutMark = (text: string): string => (text.startsWith('\ufeff') ? text.slice(1) : text);

/** A required string. @throws {Rejection} `body-shape`. */
export const stringField = (object: JsonObject, field: string): string => {
  const value = ownField(object, field);
  if (typeof value !== 'string') throw new Rejection('body-shape', `${field} is missing or not a string`);
  return value;
};

/** A required string or number, as text. @throws {Rejection} `body-shape`. */
export const identifierField = (object: JsonObject, field: string): string => {
  const value = identifier(ownField(object, field));
  if (value === undefined)
    throw new Rejection('body-shape', `${field} is missing or neither a string nor a number`);
  return value;
};

/** An own property: excludes inherited ones such as `constructor`. */
export const ownField = (object: JsonObject, field: string): JsonValue | undefined =>
  Object.hasOwn(object, field) ? object[field] : undefined;

/** The value at a path of keys and array indexes; undefined if there is none. */
export const valueAt = (value: JsonValue, path: readonly string[]): JsonValue | undefined => {
  let at: JsonValue | undefined = value;
  for (const key of path) {
    if (Array.isArray(at)) at = /^\d{1,9}$/.test(key) ? (at as readonly JsonValue[])[Number(key)] : undefined;
    else at = isJsonObject(at) ? ownField(at, key) : undefined;
  }
  return at;
};
