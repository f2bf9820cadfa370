import { type Capture, dateOf, type Header, headersByName, notReadable } from './capture.ts';

const REQUEST_LINE = /^([A-Z]{3,16}) (\S+)(?: HTTP\/\d(?:\.\d)?)?$/;

/** Whether bytes begin with a request line. */
export const isRawHttp = (bytes: Buffer): boolean => REQUEST_LINE.test(firstLine(bytes));

const firstLine = (bytes: Buffer): string => {
  const end = bytes.indexOf('\n');
  return bytes
    .subarray(0, end === -1 ? undefined : end)
    .toString('latin1')
    .replace(/\r$/, '');
};

/**
 * Reads a request as it was on the wire: request line, headers, an empty line, the body. Lines end in CRLF or LF. What
 * an editor put behind the body is cut off by `Content-Length`.
 *
 * @throws {CliError} for anything else.
 */
export const readRawHttp = (bytes: Buffer): Capture => {
  const [head, rest] = splitHead(bytes);
  const [line = '', ...lines] = head.split(/\r?\n/);
  const [, method = '', target = ''] = REQUEST_LINE.exec(line) ?? [];
  const headers = readHeaders(lines);
  const capturedAt = dateOf(headers);
  return {
    format: 'HTTP',
    method,
    url: urlOf(target, headers),
    headers,
    body: bodyOf(rest, headers),
    ...(capturedAt !== undefined && { capturedAt }),
  };
};

const splitHead = (bytes: Buffer): readonly [head: string, body: Buffer] => {
  const end = /\r?\n\r?\n/.exec(bytes.toString('latin1'));
  if (end === null) return [bytes.toString().trimEnd(), Buffer.alloc(0)];
  return [bytes.subarray(0, end.index).toString(), bytes.subarray(end.index + end[0].length)];
};

const readHeaders = (lines: readonly string[]): readonly Header[] => {
  const headers: Header[] = [];
  for (const line of lines) {
    const last = headers.at(-1);
    if (/^[ \t]/.test(line) && last !== undefined) {
      headers[headers.length - 1] = [last[0], `${last[1]} ${line.trim()}`];
      continue;
    }
    const [, name, value = ''] = /^([^\s:]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    if (name === undefined) throw notReadable('a line before the empty line is no header.');
    headers.push([name, value]);
  }
  return headers;
};

const urlOf = (target: string, headers: readonly Header[]): string => {
  if (/^https?:\/\//i.test(target)) return target;
  return `https://${headersByName(headers).host ?? 'localhost'}${target}`;
};

const bodyOf = (bytes: Buffer, headers: readonly Header[]): Buffer => {
  const { 'content-length': length, 'transfer-encoding': transfer } = headersByName(headers);
  if (transfer?.trim().toLowerCase() === 'chunked') return unchunked(bytes) ?? bytes;
  if (length === undefined || !/^\d{1,9}$/.test(length)) return bytes;
  const cut = Number(length);
  const isEditors = /^(?:\r?\n){1,2}$/.test(bytes.subarray(cut).toString('latin1'));
  return bytes.length > cut && isEditors ? bytes.subarray(0, cut) : bytes;
};

/** The body of chunks; undefined if it is none: some tools write the header and the body that they joined. */
const unchunked = (bytes: Buffer): Buffer | undefined => {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf('\r\n', at);
    const size = end === -1 ? '' : bytes.subarray(at, end).toString('latin1');
    if (!/^[0-9a-fA-F]{1,7}(?:;.*)?$/.test(size)) return undefined;
    const length = Number.parseInt(size, 16);
    if (length === 0) return Buffer.concat(chunks);
    const start = end + 2;
    if (start + length + 2 > bytes.length) return undefined;
    chunks.push(bytes.subarray(start, start + length));
    at = start + length + 2;
  }
  return undefined;
};
