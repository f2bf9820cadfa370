import { isUtf8 } from 'node:buffer';
import { parseJson } from '../../../core/json.ts';
import { MAX_BODY_BYTES, type WebhookRequest } from '../../../core/request.ts';
import type { SignedBytes } from '../../signed-content.ts';
import { type BodyChange, bodyChange } from '../change.ts';

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

const ON_THE_WAY =
  'Something between the sender and the gate rewrites it: have it pass the bytes on as they are.';

/** What a body may have been before something on its way rewrote it. */
export const bodyChanges = (request: WebhookRequest, signedBytes: SignedBytes): readonly BodyChange[] => {
  const { body } = request;
  const changes = [
    ...decodings(request, signedBytes),
    ...marks(body, signedBytes),
    ...lineBreaks(body),
    ...reserialized(body),
    ...encodings(body),
  ].filter(({ set, to }) => set !== undefined || !to.equals(body));
  // Of changes to the same bytes the first explains more.
  return changes.filter((one, index) => changes.findIndex(({ to }) => to.equals(one.to)) === index);
};

const decodings = (request: WebhookRequest, signedBytes: SignedBytes): readonly BodyChange[] => {
  const decoded = inflated(request.body);
  if (decoded === undefined) return [];
  const set = signedBytes === 'as-sent' ? { signedBytes: 'decoded' } : undefined;
  return [
    {
      ...bodyChange(
        'body-decompressed',
        decoded,
        'It fits the decompressed body: the sender signs it before it is compressed.',
        set,
      ),
      apply: (attempt) => ({
        ...attempt,
        scheme: { ...attempt.scheme, signedBytes: 'as-sent' },
        request: { ...attempt.request, body: decoded },
      }),
    },
  ];
};

const inflated = (body: Buffer): Buffer | undefined => {
  const zlib = process.getBuiltinModule('node:zlib');
  const limit = { maxOutputLength: MAX_BODY_BYTES };
  const readers = [
    ...(body[0] === 0x1f && body[1] === 0x8b ? [zlib.gunzipSync] : []),
    ...(body[0] === 0x78 ? [zlib.inflateSync] : []),
  ];
  for (const read of readers) {
    try {
      return read(body, limit);
    } catch {
      // Bytes that only begin like compressed ones.
    }
  }
  return undefined;
};

const marks = (body: Buffer, signedBytes: SignedBytes): readonly BodyChange[] => {
  const has = body.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
  if (!has) {
    // A mark makes no difference to what is signed without one.
    if (signedBytes === 'decoded') return [];
    return [
      bodyChange(
        'body-with-byte-order-mark',
        Buffer.concat([BYTE_ORDER_MARK, body]),
        `It fits the body with a byte order mark before it, which was lost. ${ON_THE_WAY}`,
      ),
    ];
  }
  const set = signedBytes === 'as-sent' ? { signedBytes: 'decoded' } : undefined;
  const without = body.subarray(BYTE_ORDER_MARK.length);
  return [
    bodyChange(
      'body-without-byte-order-mark',
      without,
      'It fits the body without its byte order mark: the sender signs the text alone.',
      set,
    ),
  ];
};

const lineBreaks = (body: Buffer): readonly BodyChange[] => {
  // Latin-1 keeps every byte as it is.
  const text = body.toString('latin1');
  const to = (changed: string) => Buffer.from(changed, 'latin1');
  return [
    bodyChange(
      'body-with-final-line-break',
      to(`${text}\n`),
      `It fits the body with a line break at its end, which was lost. ${ON_THE_WAY}`,
    ),
    bodyChange(
      'body-with-final-crlf',
      to(`${text}\r\n`),
      `It fits the body with CRLF at its end, which was lost. ${ON_THE_WAY}`,
    ),
    bodyChange(
      'body-without-final-line-break',
      to(text.replace(/\r?\n$/, '')),
      `It fits the body without the line break at its end, which was added. ${ON_THE_WAY}`,
    ),
    bodyChange(
      'body-trimmed',
      to(text.trim()),
      `It fits the body without the white space around it, which was added. ${ON_THE_WAY}`,
    ),
    bodyChange(
      'body-with-crlf',
      to(text.replace(/\r?\n/g, '\r\n')),
      `It fits the body with CRLF as line breaks, which became LF. ${ON_THE_WAY}`,
    ),
    bodyChange(
      'body-with-lf',
      to(text.replaceAll('\r\n', '\n')),
      `It fits the body with LF as line breaks, which became CRLF. ${ON_THE_WAY}`,
    ),
  ];
};

/** JSON in the forms in which libraries write it. */
const reserialized = (body: Buffer): readonly BodyChange[] => {
  const value = jsonIn(body);
  if (value === undefined) return [];
  const compact = JSON.stringify(value);
  const says = (form: string) =>
    `It fits the body as ${form}: it was parsed and written again on its way. ${ON_THE_WAY}`;
  return [
    bodyChange('body-compact-json', Buffer.from(compact), says('compact JSON')),
    bodyChange(
      'body-indented-json',
      Buffer.from(JSON.stringify(value, undefined, 2)),
      says('JSON with two spaces of indentation'),
    ),
    bodyChange(
      'body-indented-json-4',
      Buffer.from(JSON.stringify(value, undefined, 4)),
      says('JSON with four spaces of indentation'),
    ),
    bodyChange(
      'body-spaced-json',
      Buffer.from(spaced(compact)),
      says('JSON with a blank after each comma and colon, as Python writes it'),
    ),
    bodyChange(
      'body-ascii-json',
      Buffer.from(ascii(compact)),
      says('compact JSON in ASCII, with \\u escapes'),
    ),
    bodyChange(
      'body-escaped-slashes-json',
      Buffer.from(compact.replaceAll('/', '\\/')),
      says('compact JSON with \\/ for slashes, as PHP writes it'),
    ),
  ];
};

const jsonIn = (body: Buffer): unknown => {
  if (!isUtf8(body)) return undefined;
  try {
    return parseJson(body.toString());
  } catch {
    return undefined;
  }
};

/** Strings of JSON are kept: what separates values stands outside of them. */
const spaced = (compact: string): string =>
  compact.replace(/"(?:[^"\\]|\\.)*"|[,:]/g, (token) => (token.length === 1 ? `${token} ` : token));

const ascii = (text: string): string =>
  text.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

const encodings = (body: Buffer): readonly BodyChange[] => {
  const text = body.toString('latin1');
  const isBase64 = text.length >= 16 && text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text);
  const narrowed = isUtf8(body) ? body.toString() : '';
  return [
    ...(isBase64
      ? [
          bodyChange(
            'body-base64-decoded',
            Buffer.from(text, 'base64'),
            `It fits what the body is the base64 of. ${ON_THE_WAY}`,
          ),
        ]
      : []),
    ...(/[\u0080-\u00ff]/.test(narrowed) && !/[\u0100-\uffff]/.test(narrowed)
      ? [
          bodyChange(
            'body-read-as-latin1',
            Buffer.from(narrowed, 'latin1'),
            `It fits the body with one byte a character: it was read as Latin-1 and written as UTF-8. ${ON_THE_WAY}`,
          ),
        ]
      : []),
    ...(/^[^\s{[<"]+=/.test(text)
      ? [
          bodyChange(
            'body-form-encoded-anew',
            Buffer.from(new URLSearchParams(body.toString()).toString()),
            `It fits the form as browsers encode it: it was parsed and written again on its way. ${ON_THE_WAY}`,
          ),
        ]
      : []),
  ];
};
