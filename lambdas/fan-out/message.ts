import { gzipSync } from 'node:zlib';
import type { SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs';
import { type Delivery, MAX_MESSAGE_BYTES } from '../core/delivery.ts';
import { writeJson } from '../core/json.ts';
import type { GatepostEvent, UnrecognizedReason } from '../events/event.ts';
import { groupOf, unrecognized } from '../events/interpretation.ts';

/** An event as an SQS message. */
export interface OutgoingMessage {
  readonly event: GatepostEvent;
  /** The part of its delivery with this event alone. */
  readonly delivery: Delivery;
  readonly entry: Omit<SendMessageBatchRequestEntry, 'Id'>;
  /** The size that SQS counts: body and attributes. */
  readonly bytes: number;
}

/**
 * Writes an event as an SQS message. If escaping makes it too large for SQS, it goes to `unrecognized.fifo` instead with its
 * delivery's body compressed, which always fits.
 */
export const toMessage = (event: GatepostEvent, delivery: Delivery): OutgoingMessage => {
  const message = write(event, delivery);
  return message.bytes <= MAX_MESSAGE_BYTES ? message : compressed(event, delivery, 'too-large');
};

/** Writes an event that SQS or DynamoDB refused for good as a message for `unrecognized.fifo` that both take. */
export const refusedMessage = (event: GatepostEvent, delivery: Delivery): OutgoingMessage =>
  compressed(event, delivery, 'refused');

const compressed = (
  { id, provider, replayof }: GatepostEvent,
  delivery: Delivery,
  reason: UnrecognizedReason,
): OutgoingMessage => {
  const { data: _, data_base64: __, ...envelope } = unrecognized(delivery, provider, reason);
  const event = {
    ...envelope,
    id,
    ...(replayof !== undefined && { replayof }),
    datacontenttype: 'application/gzip',
    data_base64: gzipSync(Buffer.from(delivery.body, delivery.bodyEncoding ?? 'utf8')).toString('base64'),
  };
  return write(event, delivery);
};

const write = (event: GatepostEvent, delivery: Delivery): OutgoingMessage => {
  const body = writeJson(event);
  // For consumers that filter without parsing.
  const { provider, entity, action, type } = event;
  const attributes = { provider, entity, action, type };
  return {
    event,
    delivery,
    entry: {
      MessageBody: body,
      MessageGroupId: groupOf(event),
      // After a crash between sending and acknowledging, SQS drops the retry within five minutes.
      MessageDeduplicationId: event.id,
      MessageAttributes: Object.fromEntries(
        Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
      ),
    },
    bytes: Object.entries(attributes).reduce(
      (sum, [name, value]) => sum + Buffer.byteLength(`${name}String${value}`),
      Buffer.byteLength(body),
    ),
  };
};
