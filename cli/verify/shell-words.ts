import { notReadable } from './capture.ts';

/**
 * The words of a command as bash reads them: blanks, `\` and line continuations, `'…'`, `"…"` and `$'…'`. Variables
 * and substitutions are refused: what they stand for is not in the text.
 *
 * @param text Latin-1, so that each character is one byte; so are the words.
 * @throws {CliError} for a quote that isn't closed, or a substitution.
 */
export const shellWords = (text: string): readonly string[] => {
  const words: string[] = [];
  let word: string | undefined;
  let rest = text.trim();
  while (rest !== '') {
    const token = nextToken(rest);
    rest = rest.slice(token.length);
    if (token.is === 'end') break;
    if (token.is === 'text') word = (word ?? '') + token.text;
    if (token.is === 'blank' && word !== undefined) {
      words.push(word);
      word = undefined;
    }
  }
  return word === undefined ? words : [...words, word];
};

type Token =
  | { readonly is: 'text'; readonly text: string; readonly length: number }
  | { readonly is: 'blank' | 'end'; readonly length: number };

const nextToken = (rest: string): Token => {
  const blank = /^(?:[ \t]|\\\r?\n)+/.exec(rest);
  if (blank !== null) {
    // A continuation inside a word joins its halves.
    return /^(?:\\\r?\n)+$/.test(blank[0])
      ? { is: 'text', text: '', length: blank[0].length }
      : { is: 'blank', length: blank[0].length };
  }
  // The rest is another command.
  if (/^[\r\n;&|<>]/.test(rest)) return { is: 'end', length: rest.length };
  if (rest.startsWith("$'")) return ansiQuoted(rest);
  if (rest.startsWith("'")) return quoted(rest, /^'([^']*)'/, (text) => text);
  if (rest.startsWith('"')) return quoted(rest, /^"((?:[^"\\]|\\[\s\S])*)"/, inDoubleQuotes);
  if (/^[$`]/.test(rest)) throw notReadable('the curl command has a variable or a substitution.');
  const plain = /^(?:\\([\s\S])|([^\s\\'"$`;&|<>]+))/.exec(rest);
  const text = plain?.[1] ?? plain?.[2] ?? rest[0] ?? '';
  return { is: 'text', text, length: plain?.[0].length ?? 1 };
};

const quoted = (rest: string, pattern: RegExp, read: (text: string) => string): Token => {
  const match = pattern.exec(rest);
  if (match === null) throw notReadable('a quote in the curl command is not closed.');
  return { is: 'text', text: read(match[1] ?? ''), length: match[0].length };
};

const inDoubleQuotes = (text: string): string => {
  if (/(?:^|[^\\])(?:\\\\)*[$`]/.test(text)) {
    throw notReadable('the curl command has a variable or a substitution.');
  }
  return text.replace(/\\(\r?\n|[\\"$`!])/g, (_, escaped: string) =>
    /^\r?\n$/.test(escaped) ? '' : escaped === '!' ? '\\!' : escaped,
  );
};

/** What browsers copy for a text with line breaks, quotes or other letters. */
const ansiQuoted = (rest: string): Token =>
  quoted(rest, /^\$'((?:[^'\\]|\\[\s\S])*)'/, (text) =>
    text.replace(ESCAPE, (_, escaped: string) => unescaped(escaped)),
  );

/** Browsers write a character beyond U+FFFF as the two units of UTF-16. */
const PAIR = 'u[dD][89abAB][0-9a-fA-F]{2}\\\\u[dD][c-fC-F][0-9a-fA-F]{2}';
const ESCAPE = new RegExp(
  `\\\\(${PAIR}|x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|[0-7]{1,3}|c[\\s\\S]|[\\s\\S])`,
  'g',
);

const unescaped = (escaped: string): string => {
  const value = escaped.slice(1);
  if (/^[0-7]/.test(escaped)) return String.fromCharCode(Number.parseInt(escaped, 8) & 0xff);
  if (escaped.length === 1) return ESCAPES[escaped] ?? (QUOTABLE.has(escaped) ? escaped : `\\${escaped}`);
  if (escaped.startsWith('x')) return String.fromCharCode(Number.parseInt(value, 16));
  if (escaped.startsWith('c')) return String.fromCharCode(value.charCodeAt(0) & 0x1f);
  const [high = 0, low] = value.split('\\u').map((hex) => Number.parseInt(hex, 16));
  return utf8(low === undefined ? high : (high - 0xd800) * 0x400 + (low - 0xdc00) + 0x10000);
};

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  a: '\x07',
  b: '\b',
  e: '\x1b',
  E: '\x1b',
  f: '\f',
  v: '\v',
};
const QUOTABLE: ReadonlySet<string> = new Set(['\\', "'", '"', '?']);

/** The bytes of a code point, as Latin-1. */
const utf8 = (code: number): string => {
  if (code > 0x10ffff) throw notReadable('the curl command has an escape that is no character.');
  return Buffer.from(String.fromCodePoint(code)).toString('latin1');
};
