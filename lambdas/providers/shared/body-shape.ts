import {
  identifier,
  isJsonObject,
  type JsonError,
  type JsonObject,
  type JsonValue,
  parseJson,
} from '../../core/json.ts';
import { Rejection } from '../../core/rejection.ts';

/**
 * Reads text that has to be a JSON object.
 *
 * @throws {Rejection} `body-not-json` or `body-shape`.
 */
export const parseObject = (text: string, what = 'the body', parse = parseJson): JsonObject => {
  const value = parseBody(text, what, parse);
  if (!isJsonObject(value)) throw new Rejection('body-shape', `${what} is not a JSON object`);
  return value;
};

/**
 * Reads text that has to be JSON.
 *
 * @throws {Rejection} `body-not-json`.
 */
export const parseBody = (text: string, what = 'the body', parse = parseJson): JsonValue => {
  try {
    return parse(text);
  } catch (error) {
    // What it throws is a JsonError, and that never quotes the text.
    throw new Rejection('body-not-json', `${what} is ${(error as JsonError).message}`);
  }
};

/**
 * A field that has to be a string.
 *
 * @throws {Rejection} `body-shape`.
 */
export const stringField = (object: JsonObject, field: string): string => {
  const value = ownField(object, field);
  if (typeof value !== 'string') throw new Rejection('body-shape', `${field} is missing or not a string`);
  return value;
};

/**
 * A field that has to be a string or a number, as text.
 *
 * @throws {Rejection} `body-shape`.
 */
export const identifierField = (object: JsonObject, field: string): string => {
  const value = identifier(ownField(object, field));
  if (value === undefined)
    throw new Rejection('body-shape', `${field} is missing or neither a string nor a number`);
  return value;
};

/** A field of the object itself: `constructor` is none unless the sender wrote one. */
export const ownField = (object: JsonObject, field: string): JsonValue | undefined =>
  Object.hasOwn(object, field) ? object[field] : undefined;

/**
 * What stands at a path of keys, of which those into an array are numbers.
 *
 * @returns undefined where the path leads nowhere.
 */
export const valueAt = (value: JsonValue, path: readonly string[]): JsonValue | undefined => {
  let at: JsonValue | undefined = value;
  for (const key of path) {
    if (Array.isArray(at)) at = /^\d{1,9}$/.test(key) ? (at as readonly JsonValue[])[Number(key)] : undefined;
    else at = isJsonObject(at) ? ownField(at, key) : undefined;
  }
  return at;
};
