import { gzipSync } from 'node:zlib';
import type { SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs';
import { bodyObject } from '../bodies/kept-body.ts';
import { dataKey } from '../bodies/keys.ts';
import type { Objects } from '../bodies/objects.ts';
import type { ObjectContent } from '../bodies/s3.ts';
import { type Delivery, MAX_MESSAGE_BYTES } from '../core/delivery.ts';
import { writeJson } from '../core/json.ts';
import { QUEUE_ATTRIBUTE } from '../core/routing-table.ts';
import type { GatepostEvent, UnrecognizedReason } from '../events/event.ts';
import { unrecognized } from '../events/interpretation.ts';
import { groupOf } from '../events/message-group.ts';

/** An event as an SQS message. */
export interface OutgoingMessage {
  readonly event: GatepostEvent;
  /** The part of its delivery with this event alone. */
  readonly delivery: Delivery;
  /** Without the name of its queue, which differs by the queue. */
  readonly entry: Omit<SendMessageBatchRequestEntry, 'Id'>;
  /** The size that SQS counts, body and attributes, with room for the longest name of a queue. */
  readonly bytes: number;
  /** The object that the event refers to, which has to be there before the message. */
  readonly object?: ObjectContent & { readonly key: string };
}

/** SQS allows no longer name. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html */
const MAX_QUEUE_NAME = 80;

/** The URI of an object in the bucket. */
export type UriOf = Objects['uriOf'];

/**
 * Writes an event as an SQS message. If it is too large for SQS, its data lies in an object, to which it refers; a body that
 * is not understood is compressed before that. Should its attributes alone be too large, it goes to `unrecognized.fifo`.
 */
export const toMessage = (event: GatepostEvent, delivery: Delivery, uriOf: UriOf): OutgoingMessage => {
  const message = write(event, delivery);
  if (fits(message)) return message;
  if (event.datacontenttype !== JSON_TYPE) return bodyMessage(event, delivery, uriOf, event.reason);
  const bytes = Buffer.from(writeJson(event.data));
  const referring = byReference(event, delivery, uriOf, { bytes, contentType: JSON_TYPE });
  return fits(referring) ? referring : bodyMessage(event, delivery, uriOf, 'too-large');
};

/** Writes an event that SQS or DynamoDB refused for good as a message for `unrecognized.fifo` that both take. */
export const refusedMessage = (event: GatepostEvent, delivery: Delivery, uriOf: UriOf): OutgoingMessage =>
  bodyMessage(event, delivery, uriOf, 'refused');

const JSON_TYPE = 'application/json';

const fits = ({ bytes }: OutgoingMessage): boolean => bytes <= MAX_MESSAGE_BYTES;

/** The delivery's body for `unrecognized.fifo`: compressed, or in an object. */
const bodyMessage = (
  { id, provider, replayof }: GatepostEvent,
  delivery: Delivery,
  uriOf: UriOf,
  reason: UnrecognizedReason | undefined,
): OutgoingMessage => {
  const event = {
    ...unrecognized(delivery, provider, reason),
    id,
    ...(replayof !== undefined && { replayof }),
  };
  const { bytes } = bodyObject(delivery);
  const { data: _, data_base64: __, ...envelope } = event;
  const compressed = write(
    { ...envelope, datacontenttype: 'application/gzip', data_base64: gzipSync(bytes).toString('base64') },
    delivery,
  );
  if (fits(compressed)) return compressed;
  return byReference(event, delivery, uriOf, { bytes, contentType: event.datacontenttype });
};

/** The event with a reference to an object in the place of its data. */
const byReference = (
  { data: _, data_base64: __, ...envelope }: GatepostEvent,
  delivery: Delivery,
  uriOf: UriOf,
  content: ObjectContent,
): OutgoingMessage => {
  const key = dataKey(delivery.source.name, envelope.entity, envelope.id, delivery.deliveryId);
  return { ...write({ ...envelope, dataref: uriOf(key) }, delivery), object: { ...content, key } };
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
      Buffer.byteLength(body) + `${QUEUE_ATTRIBUTE}String`.length + MAX_QUEUE_NAME,
    ),
  };
};
