import { gzipSync } from 'node:zlib';
import type { SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs';
import { type Delivery, MAX_MESSAGE_BYTES } from '../core/delivery.ts';
import { writeJson } from '../core/json.ts';
import type { GatepostEvent } from '../events/event.ts';
import { groupOf, unrecognized } from '../events/interpretation.ts';

/** An event as it goes into its queue. */
export interface OutgoingMessage {
  readonly event: GatepostEvent;
  readonly entry: Omit<SendMessageBatchRequestEntry, 'Id'>;
  /** What SQS counts of it, in bytes: body and attributes. */
  readonly bytes: number;
}

/**
 * Writes an event as an SQS message. One that escaping takes over what SQS holds goes to `unrecognized.fifo` instead, its
 * delivery's body compressed: the gate takes half of that, so the compressed body always fits.
 */
export const toMessage = (event: GatepostEvent, delivery: Delivery): OutgoingMessage => {
  const message = write(event);
  if (message.bytes <= MAX_MESSAGE_BYTES) return message;
  const { data: _, ...envelope } = unrecognized(delivery, event.provider);
  return write({
    ...envelope,
    id: event.id,
    ...(event.replayof !== undefined && { replayof: event.replayof }),
    reason: 'too-large',
    datacontenttype: 'application/gzip',
    data_base64: gzipSync(delivery.body).toString('base64'),
  });
};

const write = (event: GatepostEvent): OutgoingMessage => {
  const body = writeJson(event);
  // Repeated so that a consumer can filter without parsing.
  const { provider, entity, action, type } = event;
  const attributes = { provider, entity, action, type };
  return {
    event,
    entry: {
      MessageBody: body,
      MessageGroupId: groupOf(event),
      // The event key closes the window between sending and acknowledging: a retry within five minutes sends nothing.
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
