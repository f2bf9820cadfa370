import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { DICTIONARY } from './dictionary.ts';

/* An item has its delivery, and the body, in one compressed attribute: a write is billed by the kilobyte, and one event of
 * any of the shipped providers then takes one. */

/** What an item has in one attribute. */
export interface Packed {
  /** JSON text. */
  readonly envelope: string;
  /** Empty if the item has no body. */
  readonly body: Buffer;
}

/** Writes the attribute: the number of the dictionary, and both parts compressed, with a line break between them. */
export const pack = ({ envelope, body }: Packed): Buffer =>
  Buffer.concat([
    Buffer.of(NUMBER),
    deflateRawSync(Buffer.concat([Buffer.from(envelope), LINE_BREAK, body]), { level: 9, dictionary }),
  ]);

/** Reads what {@link pack} wrote. @throws {Error} if it was written by a later version. */
export const unpack = (bytes: Uint8Array): Packed => {
  if (bytes[0] !== NUMBER)
    throw new Error('the event was stored by a later version of Gatepost: update this one');
  const text = inflateRawSync(bytes.subarray(1), { dictionary });
  // JSON text has no line break in it.
  const end = text.indexOf(LINE_BREAK);
  return { envelope: text.subarray(0, end).toString(), body: text.subarray(end + 1) };
};

const NUMBER = 1;
const LINE_BREAK = Buffer.from('\n');
const dictionary = Buffer.from(DICTIONARY);
