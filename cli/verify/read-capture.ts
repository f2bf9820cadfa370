import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { type Capture, notReadable } from './capture.ts';
import { isCurl, readCurl } from './curl.ts';
import { readDataFile } from './data-file.ts';
import { isHar, readHar } from './har.ts';
import { isRawHttp, readRawHttp } from './raw-http.ts';

/** Ten of the largest bodies. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Reads a captured request from a file, or from the input.
 *
 * @param path `-` is the input.
 * @param entry the number of a HAR file's entry.
 * @throws {CliError} where it can't be read.
 */
export const readCapture = async (
  context: Pick<Context, 'in'>,
  path: string,
  entry: number | undefined,
): Promise<Capture> => {
  const bytes = path === '-' ? await buffer(context.in) : await fileAt(path);
  if (bytes.length > MAX_BYTES) throw notReadable('it has more than 64 MiB.');
  return parseCapture(bytes, entry, path === '-' ? undefined : dirname(path));
};

const fileAt = async (path: string): Promise<Buffer> => {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new CliError('usage', `The file ${path} can't be read.`, undefined, { cause });
  }
};

/** An editor may have put one before it. */
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Recognizes the format of a capture by its beginning.
 *
 * @param folder of the capture, where a curl command may have its body. Default: the current one.
 * @throws {CliError} for any other.
 */
export const parseCapture = (bytes: Buffer, entry?: number, folder?: string): Capture => {
  // Empty lines before it come with the copying.
  const bare = bytes.subarray(0, 3).equals(BYTE_ORDER_MARK) ? bytes.subarray(3) : bytes;
  const start = bare.toString('latin1').search(/[^\s]/);
  const trimmed = bare.subarray(Math.max(start, 0));
  if (isRawHttp(trimmed)) return readRawHttp(trimmed);
  const text = trimmed.toString();
  if (isHar(text)) return readHar(text, entry);
  if (isCurl(text)) return readCurl(trimmed, (path) => readDataFile(path, folder));
  throw notReadable(trimmed.length === 0 ? 'it is empty.' : 'its beginning is of no known format.');
};
