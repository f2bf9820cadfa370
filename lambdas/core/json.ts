import { parseExactly, type RawNumber } from './exact-numbers.ts';

/**
 * Lossless JSON. `JSON.parse` alone rounds `12345678901234567890` and turns `4.0000` into `4`. Numbers that a double
 * would change are kept as raw JSON (ECMAScript "JSON.parse source text access").
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

/** Text that is not JSON, or JSON that is nested too deeply. */
export class JsonError extends Error {
  override readonly name = 'JsonError';
}

/** The maximum nesting depth. Parsing and writing are recursive and exhaust the stack at 1,000 to 3,000 levels. */
export const MAX_DEPTH = 500;

/** The most values for which numbers are kept exactly, at 1 to 2 µs each: a hundred in each of a thousand events. */
export const MAX_KEPT_VALUES = 100_000;

/** Whether {@link parseJson} may round numbers of the text, because it has more than {@link MAX_KEPT_VALUES} values. */
export const roundsNumbers = (text: string): boolean =>
  hasTooManyValues(text) && MAY_LOSE_DIGITS.test(text) && MAY_LOSE_DIGITS.test(withoutPlainStrings(text));

/** Counts the separators before values, also inside strings, since a string may contain JSON. */
const hasTooManyValues = (text: string): boolean =>
  // Stryker disable next-line ConditionalExpression,EqualityOperator: a text has no more values than characters; this only saves time
  text.length > MAX_KEPT_VALUES &&
  // One part more than separators.
  text.split(/[,[{]/, MAX_KEPT_VALUES + 2).length > MAX_KEPT_VALUES + 1;

/**
 * Parses JSON losslessly, unless {@link roundsNumbers}. The last of duplicate keys wins; `__proto__` is an ordinary key.
 *
 * @throws {JsonError} if the text isn't JSON or is nested deeper than {@link MAX_DEPTH}.
 */
export const parseJson = (text: string): JsonValue =>
  parseBy(hasTooManyValues(text) ? JSON.parse : parseExactly, text);

/**
 * Parses JSON of which only strings are read: numbers may be rounded. Exact numbers can make parsing ten times slower,
 * so they are skipped for unauthenticated input.
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
 * Writes JSON that SQS accepts: escapes U+FFFE, U+FFFF and surrogates. SQS accepts surrogate pairs, but not every
 * implementation of its protocol does.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export const writeJson = (value: unknown): string => JSON.stringify(value).replace(NOT_FOR_SQS, escaped);

/** Writes JSON in one form: objects that differ only in the order of their keys give the same text. */
export const writeCanonical = (value: JsonValue): string => writeJson(sorted(value));

/** A copy with the keys of all objects in order. Several times faster than a replacer of `JSON.stringify`. */
const sorted = (value: JsonValue): JsonValue => {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  );
};

/** Whether the value is a JSON object: not an array, null or a raw number. */
export const isJsonObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !JSON.isRawJSON(value);

/** A string or number as text; undefined for anything else and for the empty string. */
export const identifier = (value: JsonValue | undefined): string | undefined => {
  if (typeof value === 'string') return value === '' ? undefined : value;
  if (typeof value === 'number') return String(value);
  return JSON.isRawJSON(value) ? value.rawJSON : undefined;
};

/**
 * Matches numbers that a double may change: sixteen digits, a trailing zero after the point, an exponent, a millionth,
 * minus zero. It also matches inside strings.
 */
const MAY_LOSE_DIGITS =
  /(?:^|[:,[\s])-?(?:[\d.]{16}|\d+\.\d*0(?!\d)|\d+(?:\.\d+)?[eE]|0\.000000|(?<=-)0(?!\.))/;

/** JSON without its strings, but for those that are JSON of an object or an array themselves, whose numbers count. */
const withoutPlainStrings = (text: string): string => {
  const pieces: string[] = [];
  let from = 0;
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', from)) {
    pieces.push(text.slice(from, at));
    from = endOfString(text, at) + 1;
    if (HOLDS_JSON.test(text.slice(at, at + MAX_MARGIN))) pieces.push(text.slice(at, from));
  }
  return [...pieces, text.slice(from)].join('');
};

const HOLDS_JSON = /^"(?:\s|\\[nrt])*(?:[{[]|$)/;

/** The most white space before JSON in a string. With more, its numbers count too. */
const MAX_MARGIN = 100;

/** Matches code units, so both halves of a pair. Matches runs, because one callback per unit is slow. */
const NOT_FOR_SQS = /[\ud800-\udfff\ufffe\uffff]+/g;

const escaped = (run: string): string => {
  let text = '';
  for (let at = 0; at < run.length; at++) text += `\\u${run.charCodeAt(at).toString(16)}`;
  return text;
};

const exceedsDepth = (text: string, limit: number): boolean => {
  let depth = 0;
  // Stryker disable next-line EqualityOperator: there is no character after the end of a text
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === OPEN_BRACKET || code === OPEN_BRACE) {
      if (++depth > limit) return true;
    } else if (code === CLOSE_BRACKET || code === CLOSE_BRACE) depth--;
  }
  return false;
};

/** The index of the closing quote of the string that begins at `start`, or the end of the text. */
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
