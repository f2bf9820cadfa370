import { identifier, type JsonValue } from '../../core/json.ts';

/**
 * Reads a time as providers write it: seconds or milliseconds since 1970, as a number or as digits in a string, or
 * ISO 8601. One without a zone is taken as UTC, so that it means the same on every machine.
 *
 * @returns undefined for anything else, and for what lies before 1970 or after the year 9999.
 */
export const readTime = (value: JsonValue | undefined): Date | undefined => {
  const text = identifier(value);
  // Stryker disable next-line ConditionalExpression: a value that is no text matches neither pattern
  if (text === undefined) return undefined;
  const ms = NUMBER.test(text) ? fromNumber(Number(text)) : fromIso(text);
  return ms >= 0 && ms <= END_OF_9999 ? new Date(ms) : undefined;
};

const NUMBER = /^\d{1,16}(?:\.\d{1,16})?$/;
const ISO =
  /^(?<date>\d{4}-\d\d-\d\d)(?:[T ](?<time>\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?) ?(?<zone>Z|UTC|[+-]\d\d(?::?\d\d)?)?)?$/;

const END_OF_9999 = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** In milliseconds the year 1973 has twelve digits; in seconds the year 5138 has eleven. */
const fromNumber = (number: number): number => Math.floor(number < 1e11 ? number * 1000 : number);

const fromIso = (text: string): number => {
  const {
    date,
    time = '00:00',
    // Stryker disable next-line StringLiteral: a zone without hours is read as UTC, whatever its name
    zone = 'Z',
  } = ISO.exec(text)?.groups ?? {};
  // Stryker disable next-line ConditionalExpression: `Date.parse` refuses a text without a date
  if (date === undefined) return Number.NaN;
  // Two mutants survive, the pattern without `^` and without `$`: ISO has matched the zone as a whole.
  // Stryker disable next-line ArrayDeclaration: a zone without hours is read as UTC, whatever else is there
  const [, hours, minutes = '00'] = /^([+-]\d\d):?(\d\d)?$/.exec(zone) ?? [];
  return Date.parse(`${date}T${time}${hours === undefined ? 'Z' : `${hours}:${minutes}`}`);
};
