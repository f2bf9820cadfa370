import { writeJson } from './json.ts';
import type { Source } from './source.ts';

/** The part of a request that is stored and interpreted. */
export interface DeliveredContent {
  /** The body as text, or in base64 if {@link bodyEncoding} says so. */
  readonly body: string;
  /** Only on a body that is not UTF-8. */
  readonly bodyEncoding?: 'base64';
  readonly headers: Readonly<Record<string, string>>;
  readonly path: Readonly<Record<string, string>>;
  /**
   * Only on a part of a delivery: which of its events the part has, by their number in the delivery, from 0. The body of a
   * part is JSON.
   */
  readonly items?: readonly number[];
}

/** One accepted POST. It carries its source's settings, so fan-out and later replays need nothing else of the source. */
export interface Delivery extends DeliveredContent {
  readonly deliveryId: string;
  readonly source: Source;
  /** ISO 8601, UTC. */
  readonly receivedAt: string;
  /** Only on a replay. */
  readonly replay?: Replay;
  /** Only on a delivery that was refused at first, and taken back. */
  readonly retry?: Retry;
}

/** A delivery that was refused, and that was genuine when it was checked again. */
export interface Retry {
  /** The id of the rejected request. */
  readonly of: string;
  /** ISO 8601, UTC, with milliseconds. */
  readonly at: string;
}

/** A delivery sent again, for one of its events. */
export interface Replay {
  /** Unique; each event is routed once per replay. */
  readonly id: string;
  /** The key of the replayed event. */
  readonly of: string;
  /** ISO 8601, UTC, with milliseconds. */
  readonly at: string;
}

/** The maximum size of an SQS message. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
export const MAX_MESSAGE_BYTES = 1024 * 1024;

/** Writes an intake message. Compresses the body if escaping makes the message too large for SQS, so every body fits. */
export const writeDelivery = (delivery: Delivery): string => {
  const plain = writeJson(delivery);
  if (Buffer.byteLength(plain) <= MAX_MESSAGE_BYTES) return plain;
  const { body, ...rest } = delivery;
  return writeJson({ ...rest, bodyGzip: zlib().gzipSync(body).toString('base64') });
};

/** Reads what {@link writeDelivery} wrote. @throws {Error} for any other text. */
export const readDelivery = (message: string): Delivery => {
  const { bodyGzip, ...rest } = JSON.parse(message) as Delivery & { readonly bodyGzip?: string };
  const delivery =
    bodyGzip === undefined
      ? rest
      : { ...rest, body: zlib().gunzipSync(Buffer.from(bodyGzip, 'base64')).toString() };
  const { deliveryId, source, receivedAt, body, replay } = delivery;
  // Stryker disable next-line StringLiteral: the default for a missing replay; only its type is checked
  const texts: readonly unknown[] = [deliveryId, source?.name, receivedAt, body, replay?.at ?? ''];
  if (texts.every((text) => typeof text === 'string')) return delivery;
  throw new Error('not an intake message: a required field is missing or not a string');
};

/** Loaded on demand: few deliveries need it, and an import would delay every cold start. */
const zlib = () => process.getBuiltinModule('node:zlib');
