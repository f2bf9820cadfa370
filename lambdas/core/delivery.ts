import { writeJson } from './json.ts';
import type { Source } from './source.ts';

/** The part of a request that is stored and interpreted. */
export interface DeliveredContent {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly path: Readonly<Record<string, string>>;
}

/**
 * One POST that was accepted. It carries its source's settings, so that its reader, fan-out now or a replay in a
 * year, needs to know nothing else about the source.
 */
export interface Delivery extends DeliveredContent {
  readonly deliveryId: string;
  readonly source: Source;
  /** ISO 8601, UTC. */
  readonly receivedAt: string;
  /** Only on a replay. */
  readonly replay?: Replay;
}

/** A delivery sent again, for one of its events. */
export interface Replay {
  /** Tells this replay from any other: an event is routed once in it. */
  readonly id: string;
  /** The key of the event that is to be sent again. */
  readonly of: string;
  /** When it was sent again; ISO 8601, UTC, with milliseconds. */
  readonly at: string;
}

/** The most that an SQS message may hold, in bytes. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
export const MAX_MESSAGE_BYTES = 1024 * 1024;

/**
 * Writes a delivery as the body of an intake message. The body is compressed where escaping takes the message over what
 * SQS holds: any body under the size limit fits, whatever is in it.
 */
export const writeDelivery = (delivery: Delivery): string => {
  const plain = writeJson(delivery);
  if (Buffer.byteLength(plain) <= MAX_MESSAGE_BYTES) return plain;
  const { body, ...rest } = delivery;
  return writeJson({ ...rest, bodyGzip: zlib().gzipSync(body).toString('base64') });
};

/**
 * Reads an intake message that {@link writeDelivery} wrote.
 *
 * @throws {Error} where it is not one: only Gatepost writes to the intake queue.
 */
export const readDelivery = (message: string): Delivery => {
  const { bodyGzip, ...rest } = JSON.parse(message) as Delivery & { readonly bodyGzip?: string };
  const delivery =
    bodyGzip === undefined
      ? rest
      : { ...rest, body: zlib().gunzipSync(Buffer.from(bodyGzip, 'base64')).toString() };
  const { deliveryId, source, receivedAt, body, replay } = delivery;
  // Stryker disable next-line StringLiteral: it stands for a delivery without a replay, and is only checked to be text
  const texts: readonly unknown[] = [deliveryId, source?.name, receivedAt, body, replay?.at ?? ''];
  if (texts.every((text) => typeof text === 'string')) return delivery;
  throw new Error('not an intake message: what every delivery has is missing or not a string');
};

/** Hardly any delivery needs it, and every start would wait for it. */
const zlib = () => process.getBuiltinModule('node:zlib');
