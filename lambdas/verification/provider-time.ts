import { identifier, type JsonValue } from '../core/json.ts';

export const TIME_UNITS = ['seconds', 'milliseconds', 'iso'] as const;

/** How a time is written: whole seconds or milliseconds since 1970, or ISO 8601. */
export type TimeUnit = (typeof TIME_UNITS)[number];

/**
 * Parses a provider's time: seconds or milliseconds since 1970, as a number or a string of digits, or ISO 8601. A time
 * without a zone is UTC.
 *
 * @param unit the only form that is accepted. Default: each, told apart by size.
 * @returns undefined for anything else, and for times before 1970 or after the year 9999.
 */
export const readTime = (value: JsonValue | undefined, unit?: TimeUnit): Date | undefined => {
  const text = identifier(value);
  // Stryker disable next-line ConditionalExpression: undefined matches neither pattern
  if (text === undefined) return undefined;
  if (unit !== undefined && !FORMS[unit].test(text)) return undefined;
  const ms = NUMBER.test(text) ? fromNumber(Number(text)) : fromIso(text);
  return ms >= 0 && ms <= END_OF_9999 ? new Date(ms) : undefined;
};

const NUMBER = /^\d{1,16}(?:\.\d{1,16})?$/;
const ISO =
  /^(?<date>\d{4}-\d\d-\d\d)(?:[T ](?<time>\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(?: ?(?<zone>Z|UTC|[+-]\d\d(?::?\d\d)?))?)?$/;

/** No number begins with a zero: one could be cut off another part of a signed text, and would change nothing. */
const FORMS: Readonly<Record<TimeUnit, RegExp>> = {
  seconds: /^(?:0|[1-9]\d{0,10})$/,
  milliseconds: /^[1-9]\d{11,13}$/,
  iso: ISO,
};

const END_OF_9999 = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** Smaller numbers are seconds up to the year 5138, larger ones milliseconds from 1973 on. */
const fromNumber = (number: number): number => Math.floor(number < 1e11 ? number * 1000 : number);

const fromIso = (text: string): number => {
  const {
    date,
    time = '00:00',
    // Stryker disable next-line StringLiteral: any zone without hours is UTC
    zone = 'Z',
  } = ISO.exec(text)?.groups ?? {};
  // Stryker disable next-line ConditionalExpression: `Date.parse` returns NaN without a date
  if (date === undefined) return Number.NaN;
  // Two mutants survive, the pattern without `^` and without `$`: ISO has matched the whole zone.
  // Stryker disable next-line ArrayDeclaration: any zone without hours is UTC
  const [, hours, minutes = '00'] = /^([+-]\d\d):?(\d\d)?$/.exec(zone) ?? [];
  return Date.parse(`${date}T${time}${hours === undefined ? 'Z' : `${hours}:${minutes}`}`);
};
