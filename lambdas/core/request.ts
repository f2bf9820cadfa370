import { isUtf8 } from 'node:buffer';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { Rejection } from './rejection.ts';

/** A POST as it came in, before anything in it is believed. */
export interface WebhookRequest {
  /** The raw bytes: what signatures are made over. */
  readonly body: Buffer;
  /** By lower-case name; a header sent several times is joined by commas, as API Gateway does. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** What stands in the path behind `/hooks/<source>/`, by name. */
  readonly path: Readonly<Record<string, string | undefined>>;
  readonly sourceIp: string;
  /** When API Gateway took it: the one clock of a delivery. */
  readonly receivedAt: Date;
}

/** The largest body that is taken, in bytes. Twice over (intake message and event) it fits into the 1 MiB of SQS. */
export const MAX_BODY_BYTES = 512 * 1024;

/** Reads API Gateway's event, payload format 2.0. */
export const toWebhookRequest = (event: APIGatewayProxyEventV2): WebhookRequest => ({
  body: Buffer.from(
    event.body ?? '',
    event.isBase64Encoded
      ? 'base64'
      : // Stryker disable next-line StringLiteral: without an encoding Node takes text as UTF-8
        'utf8',
  ),
  headers: event.headers,
  path: event.pathParameters ?? {},
  sourceIp: event.requestContext.http.sourceIp,
  receivedAt: new Date(event.requestContext.timeEpoch),
});

/**
 * The body as text.
 *
 * @throws {Rejection} `body-not-json` where the bytes are not UTF-8.
 */
export const bodyText = ({ body }: WebhookRequest): string => {
  if (!isUtf8(body)) throw new Rejection('body-not-json', 'the body is not UTF-8');
  // A byte order mark stays in the text and is refused as no JSON: what is stored must be what was signed.
  return body.toString();
};
