import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { MAX_BODY_BYTES } from '../../../lambdas/core/request.ts';

/** Strings of any UTF-16 code units: halves of surrogate pairs, U+FFFE and control characters among them. */
export const anyText = (maxLength = 40): fc.Arbitrary<string> =>
  fc
    .array(
      fc.oneof(
        fc.integer({ min: 0, max: 0xffff }),
        fc.integer({ min: 0x20, max: 0x7e }),
        fc.constantFrom(0, 10, 0x22, 0x5c, 0x2028, 0xd83d, 0xde00, 0xd800, 0xdfff, 0xfffd, 0xfffe, 0xffff),
      ),
      { maxLength },
    )
    .map((units) => String.fromCharCode(...units));

/** Strings that UTF-8 can write: what a body can be. */
export const utf8Text = (maxLength = 40): fc.Arbitrary<string> =>
  anyText(maxLength).map((text) => text.toWellFormed());

/** What SQS takes in a body: `#x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD`, and no pairs, as we promise. */
export const FOR_SQS = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd]*$/;

/** The text with the character at `at` replaced by another one. */
export const withChanged = (text: string, at: number, by: number): string => {
  const index = at % text.length;
  const code = text.charCodeAt(index);
  // Within printable ASCII, where it can't turn into half a pair.
  const other = 0x20 + ((code - 0x20 + 1 + (by % 94)) % 95);
  return text.slice(0, index) + String.fromCharCode(other) + text.slice(index + 1);
};

export const CONTROLS = Array.from({ length: 0x20 }, (_, code) => String.fromCharCode(code));
export const ASCII = Array.from({ length: 0x80 }, (_, code) => String.fromCharCode(code));
/** What a body may be made of that takes more room as JSON than as it is, and what doesn't. */
export const PIECES = [...ASCII, 'é', '\u2028', '\ufffd', '\ufffe', '\uffff', '😀', '\u{10ffff}'];

/**
 * So many bytes of these pieces in an order that doesn't compress.
 *
 * @param size in bytes. Default: as many as the gate takes.
 */
export const fullBody = (pieces: readonly string[], seed: number, size = MAX_BODY_BYTES): string => {
  let state = seed >>> 0;
  const block = Array.from({ length: BLOCK_PIECES }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return pieces[(state >>> 16) % pieces.length];
  }).join('');
  const body = Buffer.alloc(size, block);
  let end = size;
  // Its last character may be cut.
  while (!isUtf8(body.subarray(0, end))) end--;
  return body.fill(' ', end).toString();
};

/** gzip finds no repetition behind 32 KiB. */
const BLOCK_PIECES = 40 * 1024;
