declare global {
  // Node 24 supports this; TypeScript doesn't declare it yet. https://github.com/tc39/proposal-json-parse-with-source
  interface JSON {
    rawJSON(text: string): RawNumber;
    isRawJSON(value: unknown): value is RawNumber;
  }
}

/** A number kept as text, because a double can't represent it exactly. */
export interface RawNumber {
  readonly rawJSON: string;
}

/**
 * Parses JSON and keeps the digits of every number that a double would change. Recursive: the caller limits the depth.
 *
 * @throws {SyntaxError} if it is not JSON.
 */
export const parseExactly = (text: string): unknown =>
  JSON.parse(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined && String(value) !== source
      ? JSON.rawJSON(source)
      : value,
  );
