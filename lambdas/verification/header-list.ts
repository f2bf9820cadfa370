import { remembered } from '../core/remembered.ts';

/** By lower-case name. */
export type Headers = Readonly<Record<string, string | undefined>>;

/** What separates the entries of a header list, and a key from its value. */
export interface Separators {
  readonly entries: string;
  readonly pair: string;
}

/**
 * Parses a header with a list of keys and values: `t=1700000000,v1=5257a8…,v1=6ffbb5…`. Keys may repeat. An entry may have
 * a blank before it.
 *
 * @param separators Default: commas or semicolons, neither of which is in a time or a signature, and equals signs.
 * @returns undefined for a header of another format.
 */
export const readHeaderList = (
  header: string,
  separators?: Separators,
): readonly (readonly [key: string, value: string])[] | undefined => {
  const pair = separators?.pair ?? '=';
  const entries = entriesOf(header, separators).map((entry) => {
    const at = entry.indexOf(pair);
    return [entry.slice(0, Math.max(at, 0)), entry.slice(at + pair.length)] as const;
  });
  return entries.every(([key]) => /^[\w-]+$/.test(key)) ? entries : undefined;
};

const entriesOf = (header: string, separators: Separators | undefined): readonly string[] =>
  separators === undefined
    ? header.split(/[,;] ?/)
    : header.split(separators.entries).map((entry) => entry.replace(/^ /, ''));

/**
 * The values at a place of the headers: of a header, `x-signature`; of a key in a header list, `stripe-signature.v1`; of an
 * entry in a list without keys, `recurly-signature.0`, or of all from there on, `recurly-signature.1+`; or of numbered
 * headers, `x-docusign-signature-*`.
 *
 * @returns none if the header is missing or of another format.
 */
export const headerValues = (headers: Headers, place: string, separators?: Separators): readonly string[] => {
  const { name, isNumbered, key, from, to } = partsOf(place);
  if (isNumbered) return numberedValues(headers, name);
  const header = headers[name];
  if (header === undefined || header === '') return [];
  if (key === undefined) return [header];
  if (from !== undefined) return entriesOf(header, separators).slice(from, to);
  return (readHeaderList(header, separators) ?? [])
    .filter(([each]) => each === key)
    .map(([, value]) => value);
};

interface HeaderPlace {
  readonly name: string;
  readonly isNumbered: boolean;
  readonly key?: string | undefined;
  /** In a list without keys. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

const readPlace = (place: string): HeaderPlace => {
  if (place.endsWith(NUMBERED)) return { name: place.slice(0, -NUMBERED.length), isNumbered: true };
  // Stryker disable next-line StringLiteral: `split` always gives a first part; only the type needs the default
  const [name = '', key] = place.split('.');
  const [, position, rest] = POSITION.exec(key ?? '') ?? [];
  const from = position === undefined ? undefined : Number(position);
  return {
    name,
    isNumbered: false,
    key,
    from,
    to: from === undefined || rest === '+' ? undefined : from + 1,
  };
};

/** A source has few places, and looks each up for every delivery. */
const partsOf = remembered(readPlace, 32);

/** From 1 on, without a gap: a sender with several keys signs with each. */
const numberedValues = (headers: Headers, name: string): readonly string[] => {
  const values: string[] = [];
  for (let number = 1; ; number++) {
    const value = headers[`${name}${number}`];
    if (value === undefined) return values;
    values.push(value);
  }
};

const NUMBERED = '*';
const POSITION = /^(\d{1,2})(\+?)$/;

/** The value at a place of the headers. @returns undefined if it is missing, or if there are several. */
export const headerValue = (headers: Headers, place: string, separators?: Separators): string | undefined => {
  const values = headerValues(headers, place, separators);
  return values.length === 1 ? values[0] || undefined : undefined;
};

/** A place for {@link headerValue}. */
export const HEADER_PLACE = '[a-z0-9-]+(?:\\.[\\w-]+)?';
/** A place for {@link headerValues}. */
export const HEADER_PLACES = '[a-z0-9-]+(?:\\*|\\.[\\w-]+\\+?)?';
