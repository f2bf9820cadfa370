import type { Reason } from './rejection.ts';
import type { WebhookRequest } from './request.ts';

/** A request that was refused, as it is kept: as it came, but with hashes in place of secrets. */
export interface RejectedRequest {
  /** Unique. The log line of the rejection has it as `deliveryId`. */
  readonly id: string;
  /** The name of the source. */
  readonly source: string;
  readonly provider: string;
  /** ISO 8601, UTC, with milliseconds. */
  readonly receivedAt: string;
  readonly reason: Reason;
  /** One sentence, as in the log. */
  readonly detail: string;
  /** Whether the sender's signature is known to hold. */
  readonly isSigned: boolean;
  /** How long it is kept, in seconds. */
  readonly keep: number;
  readonly method: string;
  readonly url: string;
  readonly path: Readonly<Record<string, string | undefined>>;
  readonly sourceIp: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The places at which it has the hash of a secret. */
  readonly hashed: readonly string[];
  /** The body as it came, compressed, in base64. */
  readonly bodyGzip: string;
}

/**
 * The largest compressed body that is kept, in bytes. SQS limits a message to 1 MiB, in which it is base64, and API Gateway
 * all headers to 10 KB.
 */
export const MAX_KEPT_BYTES = 700_000;

/** The body of a request, compressed. */
export const compressBody = ({ body }: Pick<WebhookRequest, 'body'>): Buffer => zlib().gzipSync(body);

/** The request as it came, with the time of its receipt for a clock. */
export const toRequest = (kept: RejectedRequest): WebhookRequest => ({
  body: zlib().gunzipSync(Buffer.from(kept.bodyGzip, 'base64')),
  headers: kept.headers,
  path: kept.path,
  sourceIp: kept.sourceIp,
  method: kept.method,
  url: kept.url,
  receivedAt: new Date(kept.receivedAt),
  hashed: new Set(kept.hashed),
});

/** Reads a message of the queue of rejected requests. @throws {Error} if it is none. */
export const readRejectedRequest = (message: string): RejectedRequest => {
  const kept = JSON.parse(message) as RejectedRequest;
  const texts: readonly unknown[] = [kept.id, kept.source, kept.receivedAt, kept.reason, kept.bodyGzip];
  if (texts.every((text) => typeof text === 'string') && Number.isInteger(kept.keep)) return kept;
  throw new Error('not a rejected request: a required field is missing or of another type');
};

/** Loaded on demand: few deliveries need it, and an import would delay every cold start. */
const zlib = () => process.getBuiltinModule('node:zlib');
