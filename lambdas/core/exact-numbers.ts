declare global {
  // Node 24 has all of it; TypeScript's libraries don't declare it yet. https://github.com/tc39/proposal-json-parse-with-source
  interface JSON {
    rawJSON(text: string): RawNumber;
    isRawJSON(value: unknown): value is RawNumber;
  }
}

/** A number kept as it was written, because a double can't hold it. */
export interface RawNumber {
  readonly rawJSON: string;
}

/**
 * Parses JSON, and keeps the numbers that a double doesn't give back as they were written.
 *
 * @param text nested no deeper than the stack allows.
 * @throws {SyntaxError} where it is no JSON.
 */
export const parseExactly = (text: string): unknown =>
  JSON.parse(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined && String(value) !== source
      ? JSON.rawJSON(source)
      : value,
  );
