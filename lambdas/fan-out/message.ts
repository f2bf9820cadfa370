import { gzipSync } from 'node:zlib';
import type { SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs';
import { type Delivery, MAX_MESSAGE_BYTES } from '../core/delivery.ts';
import { writeJson } from '../core/json.ts';
import type { GatepostEvent } from '../events/event.ts';
import { groupOf, unrecognized } from '../events/interpretation.ts';

/** An event as an SQS message. */
export interface OutgoingMessage {
  readonly event: GatepostEvent;
  readonly entry: Omit<SendMessageBatchRequestEntry, 'Id'>;
  /** The size that SQS counts: body and attributes. */
  readonly bytes: number;
}

/**
 * Writes an event as an SQS message. If escaping makes it too large for SQS, it goes to `unrecognized.fifo` instead with its
 * delivery's body compressed, which always fits.
 */
export const toMessage = (event: GatepostEvent, delivery: Delivery): OutgoingMessage => {
  const message = write(event);
  if (message.bytes <= MAX_MESSAGE_BYTES) return message;
  const { data: _, data_base64: __, ...envelope } = unrecognized(delivery, event.provider);
  return write({
    ...envelope,
    id: event.id,
    ...(event.replayof !== undefined && { replayof: event.replayof }),
    reason: 'too-large',
    datacontenttype: 'application/gzip',
    data_base64: gzipSync(Buffer.from(delivery.body, delivery.bodyEncoding ?? 'utf8')).toString('base64'),
  });
};

const write = (event: GatepostEvent): OutgoingMessage => {
  const body = writeJson(event);
  // For consumers that filter without parsing.
  const { provider, entity, action, type } = event;
  const attributes = { provider, entity, action, type };
  return {
    event,
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
