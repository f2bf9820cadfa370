declare global {
  // Node 24 has it; TypeScript's libraries don't declare it yet. https://github.com/tc39/proposal-json-parse-with-source
  interface JSON {
    parse(
      text: string,
      reviver: (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown,
    ): unknown;
  }
}

/** Parses JSON so that each number is serialized again as it was written: `0.0` stays `0.0`. */
export const parseKeepingDigits = (text: string): unknown =>
  JSON.parse(text, (_key, value: unknown, { source }) =>
    typeof value === 'number' && source !== undefined ? JSON.rawJSON(source) : value,
  );

/** Writes JSON as PHP's `json_encode`, which iVvy uses: slashes and non-ASCII characters are escaped. */
export const phpJson = (value: unknown): string =>
  JSON.stringify(value)
    .replaceAll('/', '\\/')
    .replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
