import { isUtf8 } from 'node:buffer';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { Rejection } from './rejection.ts';

/** A POST as received, before it is verified. */
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
}

/** The maximum size of a body, in bytes: half of what an SQS message holds. */
export const MAX_BODY_BYTES = 512 * 1024;

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

/** The body as text. @throws {Rejection} `body-not-json` if the bytes are not UTF-8. */
export const bodyText = ({ body }: WebhookRequest): string => {
  if (!isUtf8(body)) throw new Rejection('body-not-json', 'the body is not UTF-8');
  // A byte order mark stays in the text and is rejected as invalid JSON: what is stored must be what was signed.
  return body.toString();
};
