import { isUtf8 } from 'node:buffer';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { Rejection } from './rejection.ts';

/** A request as received, before it is verified. */
export interface WebhookRequest {
  /** The raw bytes, which signatures cover. */
  readonly body: Buffer;
  /** By lower-case name; API Gateway joins repeated headers with commas. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Path parameters after `/hooks/<source>/`, by name. */
  readonly path: Readonly<Record<string, string | undefined>>;
  readonly sourceIp: string;
  readonly method: string;
  /** As API Gateway received it, with the query. Behind a proxy the sender saw another. */
  readonly url: string;
  /** When API Gateway received it: the only clock used for a delivery. */
  readonly receivedAt: Date;
  /**
   * The places at which it has the hash of a secret in place of the secret. Only on a request that was refused and kept: one
   * that comes through the gate never has it.
   */
  readonly hashed?: ReadonlySet<string>;
}

/**
 * The maximum size of a body, in bytes, also when decompressed. API Gateway hands a body to the function as JSON text, of
 * which Lambda takes 6 MiB: a body of this size fits even if every byte is escaped as two.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const MAX_BODY_BYTES = 3_000_000;

/** Reads API Gateway's event, payload format 2.0. */
export const toWebhookRequest = (event: APIGatewayProxyEventV2): WebhookRequest => ({
  body: Buffer.from(
    event.body ?? '',
    event.isBase64Encoded
      ? 'base64'
      : // Stryker disable next-line StringLiteral: Node's default encoding is UTF-8
        'utf8',
  ),
  headers: event.headers,
  path: event.pathParameters ?? {},
  sourceIp: event.requestContext.http.sourceIp,
  method: event.requestContext.http.method,
  url: `https://${event.requestContext.domainName}${event.rawPath}${event.rawQueryString ? `?${event.rawQueryString}` : ''}`,
  receivedAt: new Date(event.requestContext.timeEpoch),
});

/**
 * The body as text, decompressed if it is gzip. A byte order mark stays in it: what is stored is what was signed.
 *
 * @throws {Rejection} `body-not-json` if the bytes are not gzip or not UTF-8, `body-too-large` if they are too many.
 */
export const bodyText = (request: WebhookRequest): string => textOf(decompressed(request));

/** @throws {Rejection} `body-not-json` if the bytes are not UTF-8. */
export const textOf = (bytes: Buffer): string => {
  if (!isUtf8(bytes)) throw new Rejection('body-not-json', 'the body is not UTF-8');
  return bytes.toString();
};

/**
 * The body as it is stored: as text, or in base64 if it is none. For a delivery whose signature holds: nothing that its
 * sender signed is refused for its form.
 *
 * @param signed what of it is signed. Default: all.
 * @throws {Rejection} `body-too-large`, for one that is too large when decompressed.
 */
export const storedBody = (request: WebhookRequest, signed?: string | Buffer): StoredBody => {
  if (typeof signed === 'string') return { body: signed };
  if (signed !== undefined) return isUtf8(signed) ? { body: signed.toString() } : inBase64(signed);
  try {
    return { body: bodyText(request) };
  } catch (error) {
    if (!(error instanceof Rejection) || error.reason !== 'body-not-json') throw error;
    return inBase64(request.body);
  }
};

interface StoredBody {
  readonly body: string;
  readonly bodyEncoding?: 'base64';
}

const inBase64 = (bytes: Buffer): StoredBody => ({ body: bytes.toString('base64'), bodyEncoding: 'base64' });

/**
 * The bytes of the body, decompressed once if they are gzip. They say so themselves: `Content-Encoding` is signed by no
 * sender, and a body would be read in two ways if it were asked.
 *
 * @throws {Rejection} as {@link bodyText}.
 */
export const decompressed = (request: WebhookRequest): Buffer => {
  if (!request.body.subarray(0, GZIP.length).equals(GZIP)) return request.body;
  const before = unzipped.get(request);
  if (before !== undefined) return before;
  const bytes = unzip(request.body);
  unzipped.set(request, bytes);
  return bytes;
};

/** How gzip begins, and JSON or a form never. https://www.rfc-editor.org/rfc/rfc1952#section-2.3.1 */
const GZIP = Buffer.from([0x1f, 0x8b]);

const unzipped = new WeakMap<WebhookRequest, Buffer>();

const unzip = (body: Buffer): Buffer => {
  try {
    return zlib().gunzipSync(body, { maxOutputLength: MAX_BODY_BYTES });
  } catch (cause) {
    if (Error.isError(cause) && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE') {
      throw new Rejection('body-too-large', 'the body is too large when decompressed');
    }
    throw new Rejection('body-not-json', 'the body begins like gzip, and is none', { cause });
  }
};

/** Loaded on demand: few deliveries need it, and an import would delay every cold start. */
const zlib = () => process.getBuiltinModule('node:zlib');
