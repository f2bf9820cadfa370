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
  /** The URI of an object that has exactly this body, if it is too large for a message or for an item. */
  readonly bodyRef?: string;
}

/** A delivery as intake has it: a large body lies in the bucket. */
export interface StoredDelivery extends Omit<Delivery, 'body'> {
  /** Absent if there is a `bodyRef`. */
  readonly body?: string;
  /** Only with a `bodyRef`: which events of that body are meant, by their number. Default: all. */
  readonly chosen?: readonly number[];
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
  /** The consumer that it is for alone. Default: all queues that want the event. */
  readonly consumer?: string;
}

/** The maximum size of an SQS message. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
export const MAX_MESSAGE_BYTES = 1024 * 1024;

/** How long SQS keeps a message, the longest that it can. */
export const QUEUE_RETENTION_SECONDS = 14 * 24 * 60 * 60;

/** The largest body in a message, in bytes: half of what it holds. A larger one lies in the bucket. */
export const MAX_INLINE_BYTES = MAX_MESSAGE_BYTES / 2;

/**
 * Writes an intake message. A body that has an object is left out. Any other is compressed if escaping makes the message too
 * large for SQS: one of up to {@link MAX_INLINE_BYTES}, and any that fits into an item of the event log, then fits.
 *
 * @param chosen of a body that has an object, which of its events are meant. Default: all.
 */
export const writeDelivery = (delivery: Delivery, chosen?: readonly number[]): string => {
  if (delivery.bodyRef !== undefined) {
    const { body: _, ...referring } = delivery;
    return writeJson({ ...referring, ...(chosen !== undefined && { chosen }) });
  }
  const plain = writeJson(delivery);
  if (Buffer.byteLength(plain) <= MAX_MESSAGE_BYTES) return plain;
  const { body, ...rest } = delivery;
  return writeJson({ ...rest, bodyGzip: zlib().gzipSync(body).toString('base64') });
};

/** Reads what {@link writeDelivery} wrote. @throws {Error} for any other text. */
export const readDelivery = (message: string): StoredDelivery => {
  const { bodyGzip, ...rest } = JSON.parse(message) as StoredDelivery & { readonly bodyGzip?: string };
  const delivery =
    bodyGzip === undefined
      ? rest
      : { ...rest, body: zlib().gunzipSync(Buffer.from(bodyGzip, 'base64')).toString() };
  const { deliveryId, source, receivedAt, body, bodyRef, replay } = delivery;
  // Stryker disable next-line StringLiteral: the default for a missing replay; only its type is checked
  const texts: readonly unknown[] = [deliveryId, source?.name, receivedAt, body ?? bodyRef, replay?.at ?? ''];
  if (texts.every((text) => typeof text === 'string')) return delivery;
  throw new Error('not an intake message: a required field is missing or not a string');
};

/** Loaded on demand: few deliveries need it, and an import would delay every cold start. */
const zlib = () => process.getBuiltinModule('node:zlib');
