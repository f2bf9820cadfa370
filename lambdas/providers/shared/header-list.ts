/**
 * Reads a header that is a list of keys and values: `t=1700000000,v1=5257a8…,v1=6ffbb5…`. A key may come several
 * times; nothing stands between the commas that is not a key and a value.
 *
 * @returns undefined for a header of another form.
 */
export const readHeaderList = (
  header: string,
): readonly (readonly [key: string, value: string])[] | undefined => {
  const entries = header.split(',').map((entry) => {
    const equals = entry.indexOf('=');
    return [entry.slice(0, Math.max(equals, 0)), entry.slice(equals + 1)] as const;
  });
  return entries.every(([key]) => /^[\w-]+$/.test(key)) ? entries : undefined;
};

/** The headers of a request, by lower-case name. */
export type Headers = Readonly<Record<string, string | undefined>>;

/**
 * A header's value, or of a header that is a list the value of one key: `x-request-timestamp`, `stripe-signature.t`.
 *
 * @returns undefined where it isn't there, or the key stands there more than once.
 */
export const headerValue = (headers: Headers, place: string): string | undefined => {
  // Stryker disable next-line StringLiteral: `split` always gives a first part; only the type needs the default
  const [name = '', key] = place.split('.');
  const header = headers[name];
  if (
    header === undefined ||
    // Stryker disable next-line ConditionalExpression,StringLiteral: an empty header is not a list either
    header === '' ||
    key === undefined
  )
    return header || undefined;
  const values = readHeaderList(header)?.filter(([each]) => each === key) ?? [];
  // Stryker disable next-line OptionalChaining: the length was checked; only the type does not say so
  return values.length === 1 ? values[0]?.[1] || undefined : undefined;
};

/** Where in the headers a value stands, as {@link headerValue} takes it. */
export const HEADER_PLACE = '[a-z0-9-]+(?:\\.[\\w-]+)?';
