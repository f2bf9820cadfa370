import { randomBytes } from 'node:crypto';

declare global {
  // Node 24 has both; TypeScript's libraries don't declare them yet. https://github.com/tc39/proposal-json-parse-with-source
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
 * A reviver could do that, which is told the source of each number. But V8 takes one or two µs to call it for each value
 * of a text, whatever it is. So those numbers become strings before the parsing, of a kind that nobody can write who
 * doesn't know {@link MARK}, and numbers again after it.
 *
 * @param text nested no deeper than the stack allows.
 * @throws {SyntaxError} where it is no JSON.
 */
export const parseExactly = (text: string): unknown => {
  const marked = markNumbers(text);
  const value: unknown = JSON.parse(marked);
  return marked === text ? value : unmarked(value);
};

/** What a number begins with that was made a string; another in each process. */
const MARK = `${randomBytes(9).toString('base64url')}:`;

const markNumbers = (text: string): string => {
  let marked = '';
  let taken = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === MINUS || isDigit(code)) {
      const start = at;
      while (isOfNumber(text.charCodeAt(at + 1))) at++;
      const number = text.slice(start, at + 1);
      if (`${Number(number)}` === number || !isNumberThere(number, text, at + 1)) continue;
      marked += `${text.slice(taken, start)}"${MARK}${number}"`;
      taken = at + 1;
    }
  }
  return taken === 0 ? text : marked + text.slice(taken);
};

/** Whether JSON has such numbers, and one may stand there: what is no JSON must not become some. */
const isNumberThere = (number: string, text: string, end: number): boolean => {
  KEY_END.lastIndex = end;
  return NUMBER.test(number) && !KEY_END.test(text);
};

/** https://www.rfc-editor.org/rfc/rfc8259#section-6 */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** A string could be a key, a number couldn't. */
const KEY_END = /[\t\n\r ]*:/y;

const isDigit = (code: number): boolean => code >= ZERO && code <= NINE;

/** What a number may consist of. */
const isOfNumber = (code: number): boolean =>
  isDigit(code) || code === POINT || code === MINUS || code === PLUS || code === SMALL_E || code === LARGE_E;

const [QUOTE, PLUS, MINUS, POINT, ZERO, NINE, LARGE_E, BACKSLASH, SMALL_E] = [
  0x22, 0x2b, 0x2d, 0x2e, 0x30, 0x39, 0x45, 0x5c, 0x65,
];

/** The index of the quote that ends the string which begins at `start`; the end of the text where none does. */
export const endOfString = (text: string, start: number): number => {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at++;
    else if (code === QUOTE) return at;
  }
  return text.length;
};

// Looked up once, not for each number.
const { rawJSON } = JSON;

/** The value with its numbers in their places. Nobody else has it yet, so it is changed where it stands. */
const unmarked = (value: unknown): unknown => {
  if (typeof value === 'string') return value.startsWith(MARK) ? rawJSON(value.slice(MARK.length)) : value;
  if (typeof value !== 'object' || value === null) return value;
  const parent = value as Record<string, unknown>;
  for (const key of Object.keys(parent)) {
    const child = parent[key];
    // Also a key `__proto__` is one of its own, and set like any other.
    if (typeof child === 'string' || typeof child === 'object') parent[key] = unmarked(child);
  }
  return value;
};
