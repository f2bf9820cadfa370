import { CliError } from '../cli-error.ts';
import { type Capture, dateOf, type Header, notReadable } from './capture.ts';
import { readDataFile } from './data-file.ts';
import { shellWords } from './shell-words.ts';

/** Whether a text is a curl command, also behind a prompt. */
export const isCurl = (text: string): boolean => /^(?:[$%#>] *)?curl(?:\.exe)?[ \t\\]/.test(text.trimStart());

/**
 * Reads a curl command, as browsers and documentation have it (for bash, not for cmd).
 *
 * @param bytes the command.
 * @param readFile reads the file of `--data @file`. Default: {@link readDataFile}.
 * @throws {CliError} for a command that isn't understood.
 * @see https://curl.se/docs/manpage.html
 */
export const readCurl = (bytes: Buffer, readFile: (path: string) => Buffer = readDataFile): Capture => {
  const text = bytes
    .toString('latin1')
    .trimStart()
    .replace(/^[$%#>] */, '');
  if (isForWindows(text)) {
    throw notReadable('it is a curl command for cmd of Windows, with ^ as escapes: copy it as cURL (bash).');
  }
  const [, ...args] = shellWords(text);
  const read = readArguments(args, readFile);
  if (read.url === undefined) throw notReadable('the curl command has no URL.');

  const data = read.data.length === 0 ? undefined : Buffer.from(read.data.join(read.separator), 'latin1');
  const isInUrl = read.get && data !== undefined;
  const url = withScheme(text8(read.url)) + (isInUrl ? query(read.url, data) : '');
  const body = isInUrl || data === undefined ? Buffer.alloc(0) : data;
  const headers = [...read.headers, ...impliedHeaders(read, body)];
  const capturedAt = dateOf(headers);
  return {
    format: 'curl',
    method: (read.method ?? (isInUrl || data === undefined ? 'GET' : 'POST')).toUpperCase(),
    url: withPath(url),
    headers,
    body,
    ...(capturedAt !== undefined && { capturedAt }),
  };
};

/** Browsers on Windows copy `curl ^"https://…^" ^`, or only the `^` at the end of each line. */
const isForWindows = (text: string): boolean =>
  /^curl(?:\.exe)?[ \t]+(?:-\S+[ \t]+)*\^"/.test(text) || /[ \t]\^\r?\n[ \t]*-/.test(text);

interface Arguments {
  method?: string;
  url?: string;
  get: boolean;
  json: boolean;
  separator: string;
  readonly headers: Header[];
  /** Latin-1. */
  readonly data: string[];
}

const readArguments = (args: readonly string[], readFile: (path: string) => Buffer): Arguments => {
  const read: Arguments = { get: false, json: false, separator: '&', headers: [], data: [] };
  const words = [...args];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (!word.startsWith('-') || word === '-') {
      read.url ??= word;
      continue;
    }
    const { option, attached, more } = splitOption(word);
    if (more !== undefined) words.unshift(more);
    if (WITHOUT_VALUE.has(option)) {
      if (option === '-G' || option === '--get') read.get = true;
      if (option === '-I' || option === '--head') read.method ??= 'HEAD';
      continue;
    }
    const value = attached ?? words.shift();
    if (value === undefined) throw notReadable(`${printable(option)} of the curl command has no value.`);
    if (!IGNORED.has(option)) apply(read, option, value, readFile);
  }
  return read;
};

const apply = (read: Arguments, option: string, value: string, readFile: (path: string) => Buffer): void => {
  const file = (path: string) => fromFile(path, readFile);
  switch (option) {
    case '-X':
    case '--request':
      read.method = value;
      return;
    case '--url':
      read.url ??= value;
      return;
    case '-H':
    case '--header':
      addHeader(read, value);
      return;
    case '-A':
    case '--user-agent':
      read.headers.push(['user-agent', text8(value)]);
      return;
    case '-e':
    case '--referer':
      read.headers.push(['referer', text8(value)]);
      return;
    case '-b':
    case '--cookie':
      read.headers.push(['cookie', text8(value)]);
      return;
    case '-u':
    case '--user':
      read.headers.push(['authorization', `Basic ${Buffer.from(value, 'latin1').toString('base64')}`]);
      return;
    case '-d':
    case '--data':
    case '--data-ascii':
      // Only of a file, curl takes out line breaks.
      read.data.push(value.startsWith('@') ? file(value.slice(1)).replace(/[\r\n\0]/g, '') : value);
      return;
    case '--data-raw':
      read.data.push(value);
      return;
    case '--data-binary':
      read.data.push(value.startsWith('@') ? file(value.slice(1)) : value);
      return;
    case '--json':
      read.json = true;
      read.separator = '';
      read.data.push(value.startsWith('@') ? file(value.slice(1)) : value);
      return;
    case '--data-urlencode':
      read.data.push(urlEncoded(value, file));
      return;
    default:
      throw notReadable(`the option ${printable(option)} of curl is not known here; leave it out.`);
  }
};

interface Option {
  readonly option: string;
  /** The value in the same word: `-XPOST`, `--request=POST`. */
  readonly attached?: string;
  /** Further options in the same word: of `-sS` it is `-S`. */
  readonly more?: string;
}

const splitOption = (word: string): Option => {
  const [, long, value] = /^(--[a-z-]+)=([\s\S]*)$/.exec(word) ?? [];
  if (long !== undefined && value !== undefined) return { option: long, attached: value };
  if (word.startsWith('--') || word.length === 2) return { option: word };
  const option = word.slice(0, 2);
  const rest = word.slice(2);
  return WITHOUT_VALUE.has(option) ? { option, more: `-${rest}` } : { option, attached: rest };
};

const addHeader = (read: Arguments, line: string): void => {
  const text = text8(line);
  // `Name;` is a header without a value, `Name:` takes one out.
  const empty = /^([^\s:;]+);$/.exec(text)?.[1];
  if (empty !== undefined) read.headers.push([empty, '']);
  const [, name, value = ''] = /^([^\s:]+):[ \t]*([\s\S]*?)[ \t]*$/.exec(text) ?? [];
  if (name !== undefined && value !== '') read.headers.push([name, value]);
};

const impliedHeaders = ({ headers, json }: Arguments, body: Buffer): readonly Header[] => {
  const has = (wanted: string) => headers.some(([name]) => name.toLowerCase() === wanted);
  if (body.length === 0 || has('content-type')) return [];
  return [['content-type', json ? 'application/json' : 'application/x-www-form-urlencoded']];
};

const fromFile = (path: string, readFile: (path: string) => Buffer): string => {
  try {
    return readFile(text8(path)).toString('latin1');
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    // Without its permission, or with a NUL in its name.
    throw Object.assign(notReadable(`the file with the body, ${printable(path)}, can't be read.`), { cause });
  }
};

/** `content`, `=content`, `name=content`, `@file`, `name@file` */
const urlEncoded = (value: string, file: (path: string) => string): string => {
  const mark = /[=@]/.exec(value);
  const name = mark === null ? '' : value.slice(0, mark.index);
  const rest = mark === null ? value : value.slice(mark.index + 1);
  const content = mark?.[0] === '@' ? file(rest) : rest;
  const encoded = content.replace(
    /[^A-Za-z0-9._~-]/g,
    (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
  return name === '' ? encoded : `${name}=${encoded}`;
};

/** Words are Latin-1, in which each character is a byte of UTF-8. */
const text8 = (latin1: string): string => Buffer.from(latin1, 'latin1').toString();

const printable = (word: string): string => word.slice(0, 40).replace(/[^\x20-\x7e]/g, '?');

const withScheme = (url: string): string => (/^[a-z]+:\/\//i.test(url) ? url : `http://${url}`);

const query = (url: string, data: Buffer): string => `${url.includes('?') ? '&' : '?'}${data.toString()}`;

/** `https://example.com?a=1` -> `https://example.com/?a=1` */
const withPath = (url: string): string =>
  url.replace(/#.*$/s, '').replace(/^([a-z]+:\/\/[^/?]+)(?=\?|$)/i, '$1/');

const WITHOUT_VALUE: ReadonlySet<string> = new Set(
  [
    '-s -S -k -L -i -v -f -g -N -q -# -0 -1 -2 -3 -4 -6 -G -I -O -J -R --silent --show-error',
    '--insecure --location --include --verbose --fail --fail-with-body --globoff --no-buffer',
    '--http1.0 --http1.1 --http2 --http2-prior-knowledge --http3 --ipv4 --ipv6 --get --head',
    '--compressed --no-keepalive --path-as-is --tlsv1.2 --tlsv1.3 --progress-bar --post301 --post302',
    '--location-trusted --basic --raw --remote-name',
  ].flatMap((line) => line.split(' ')),
);

const IGNORED: ReadonlySet<string> = new Set(
  [
    '-o -m -w -x -K -c -D --output --max-time --connect-timeout --write-out --proxy --retry',
    '--retry-delay --cacert --cert --key --resolve --cookie-jar --dump-header --limit-rate --max-redirs',
    '--interface --ciphers --trace --trace-ascii --stderr',
  ].flatMap((line) => line.split(' ')),
);
