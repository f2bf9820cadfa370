/**
 * Parses a header with a list of keys and values: `t=1700000000,v1=5257a8…,v1=6ffbb5…`. Keys may repeat. Senders separate by
 * commas or by semicolons, some with a blank behind them; neither stands in a time or a signature.
 *
 * @returns undefined for a header of another format.
 */
export const readHeaderList = (
  header: string,
): readonly (readonly [key: string, value: string])[] | undefined => {
  const entries = header.split(/[,;] ?/).map((entry) => {
    const equals = entry.indexOf('=');
    return [entry.slice(0, Math.max(equals, 0)), entry.slice(equals + 1)] as const;
  });
  return entries.every(([key]) => /^[\w-]+$/.test(key)) ? entries : undefined;
};

/** By lower-case name. */
export type Headers = Readonly<Record<string, string | undefined>>;

/**
 * The value of a header, or of one key in a header list: `x-request-timestamp`, `stripe-signature.t`.
 *
 * @returns undefined if it is missing, or if the key is repeated.
 */
export const headerValue = (headers: Headers, place: string): string | undefined => {
  // Stryker disable next-line StringLiteral: `split` always gives a first part; only the type needs the default
  const [name = '', key] = place.split('.');
  const header = headers[name];
  if (
    header === undefined ||
    // Stryker disable next-line ConditionalExpression,StringLiteral: an empty header is not a header list either
    header === '' ||
    key === undefined
  )
    return header || undefined;
  const values = readHeaderList(header)?.filter(([each]) => each === key) ?? [];
  // Stryker disable next-line OptionalChaining: only the type needs it, since the length was checked
  return values.length === 1 ? values[0]?.[1] || undefined : undefined;
};

/** A place for {@link headerValue}. */
export const HEADER_PLACE = '[a-z0-9-]+(?:\\.[\\w-]+)?';
