import { parseExactly, type RawNumber } from './exact-numbers.ts';

/**
 * JSON in and out without a loss: a payload leaves as it came, digit for digit.
 *
 * `JSON.parse` alone rounds `12345678901234567890` and turns `4.0000` into `4`. Numbers that a double can't give
 * back as they were written are therefore kept as raw JSON (ECMAScript "JSON.parse source text access").
 */

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | RawNumber
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

export type JsonObject = { readonly [key: string]: JsonValue };

/** Text that is no JSON, or JSON that no honest sender writes. */
export class JsonError extends Error {
  override readonly name = 'JsonError';
}

/**
 * How many arrays and objects may stand inside each other. Keeping digits and writing are recursive and exhaust the
 * stack between one and three thousand; what is taken at the gate must also be writable later.
 */
export const MAX_DEPTH = 500;

/**
 * How many values a text may have for its numbers to be kept digit for digit, which takes one or two µs for each value. Of
 * half a mebibyte, the most that a body has, only short numbers and little else would be more.
 */
export const MAX_KEPT_VALUES = 25_000;

/**
 * Whether {@link parseJson} rounds the numbers of a text, because it has more than {@link MAX_KEPT_VALUES} values.
 * To be asked before numbers are passed on.
 */
export const roundsNumbers = (text: string): boolean => hasTooManyValues(text) && MAY_LOSE_DIGITS.test(text);

/** Counts what stands before a value, in strings as well: what is JSON inside a string has values too. */
const hasTooManyValues = (text: string): boolean =>
  // Stryker disable next-line ConditionalExpression,EqualityOperator: a text has at most as many values as characters; this only saves time
  text.length > MAX_KEPT_VALUES &&
  // One part more than separators.
  text.split(/[,[{]/, MAX_KEPT_VALUES + 2).length > MAX_KEPT_VALUES + 1;

/**
 * Parses JSON text without a loss, unless {@link roundsNumbers}.
 *
 * Of duplicate keys the last one counts; `__proto__` is a key like any other.
 *
 * @throws {JsonError} where the text isn't JSON or is nested deeper than {@link MAX_DEPTH}.
 */
export const parseJson = (text: string): JsonValue =>
  parseBy(hasTooManyValues(text) ? JSON.parse : parseExactly, text);

/**
 * Parses JSON text of which nothing but strings will be read: its numbers lose digits. Keeping them costs as much as ten
 * times the parsing, so it is skipped for unauthenticated input.
 *
 * @throws {JsonError} as {@link parseJson} does.
 */
export const parseStrings = (text: string): JsonValue => parseBy(JSON.parse, text);

const parseBy = (read: (text: string) => unknown, text: string): JsonValue => {
  if (exceedsDepth(text, MAX_DEPTH)) throw new JsonError(`nested deeper than ${MAX_DEPTH} levels`);
  try {
    return read(text) as JsonValue;
  } catch (cause) {
    throw new JsonError('not JSON', { cause });
  }
};

/**
 * Writes JSON that SQS takes: no U+FFFE, U+FFFF or surrogate stands bare in it, all are escaped.
 * Pairs of surrogates are legal in SQS, but not every implementation of its protocol takes them.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export const writeJson = (value: unknown): string => JSON.stringify(value).replace(NOT_FOR_SQS, escaped);

/** Whether the value is a JSON object: neither an array, nor null, nor a number kept as written. */
export const isJsonObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !JSON.isRawJSON(value);

/** A string or number as the text of an identifier; undefined for anything else, and for the empty string. */
export const identifier = (value: JsonValue | undefined): string | undefined => {
  if (typeof value === 'string') return value === '' ? undefined : value;
  if (typeof value === 'number') return String(value);
  return JSON.isRawJSON(value) ? value.rawJSON : undefined;
};

/**
 * Finds a number that a double may not give back as written: sixteen digits, a last zero after the point, an exponent,
 * a millionth, minus zero. It also finds what looks like one inside a string, which only costs time.
 */
const MAY_LOSE_DIGITS =
  /(?:^|[:,[\s])-?(?:[\d.]{16}|\d+\.\d*0(?!\d)|\d+(?:\.\d+)?[eE]|0\.000000|(?<=-)0(?!\.))/;

/** Single code units are meant: the halves of pairs too. A whole run of them at once, since a call for each takes its time. */
const NOT_FOR_SQS = /[\ud800-\udfff\ufffe\uffff]+/g;

const escaped = (run: string): string => {
  let text = '';
  for (let at = 0; at < run.length; at++) text += `\\u${run.charCodeAt(at).toString(16)}`;
  return text;
};

const exceedsDepth = (text: string, limit: number): boolean => {
  let depth = 0;
  // Stryker disable next-line EqualityOperator: there is no character behind the end of a text
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === OPEN_BRACKET || code === OPEN_BRACE) {
      if (++depth > limit) return true;
    } else if (code === CLOSE_BRACKET || code === CLOSE_BRACE) depth--;
  }
  return false;
};

/** The index of the quote that ends the string which begins at `start`; the end of the text where none does. */
const endOfString = (text: string, start: number): number => {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at++;
    else if (code === QUOTE) return at;
  }
  return text.length;
};

const [QUOTE, OPEN_BRACKET, BACKSLASH, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = [
  0x22, 0x5b, 0x5c, 0x5d, 0x7b, 0x7d,
];
