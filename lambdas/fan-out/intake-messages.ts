import type { SQSRecord } from 'aws-lambda';
import { MAX_INLINE_BYTES, readDelivery, type StoredDelivery } from '../core/delivery.ts';
import { providerNamed } from '../providers/index.ts';

/** A message of the intake queue. */
export interface Message {
  readonly messageId: string;
  /** SQS hands out the messages of a group in order. */
  readonly group: string;
  /** How often it was received, this time included. */
  readonly tries: number;
  readonly stored: StoredDelivery;
}

/** An unreadable message fails, and so do the later messages of its group. */
export const readMessages = (records: readonly SQSRecord[]) => {
  const messages: Message[] = [];
  const unreadable = new Map<string, unknown>();
  const blocked = new Map<string, unknown>();
  for (const { messageId, body, attributes } of records) {
    const group = attributes.MessageGroupId ?? messageId;
    if (blocked.has(group)) {
      unreadable.set(messageId, blocked.get(group));
      continue;
    }
    try {
      const stored = readDelivery(body);
      // Fails for a provider that is not in the code.
      providerNamed(stored.source.provider);
      messages.push({ messageId, group, tries: Number(attributes.ApproximateReceiveCount), stored });
    } catch (error) {
      unreadable.set(messageId, error);
      blocked.set(group, error);
    }
  }
  return { messages, unreadable };
};

/** How many large bodies are held in memory at once: parsed, each may take fifteen times its size. */
const MAX_LARGE = 3;

/** The messages in their order, in portions of at most so many large bodies. */
export const portionsOf = (messages: readonly Message[]): readonly (readonly Message[])[] => {
  const portions: Message[][] = [];
  let large = new Set<string>();
  for (const message of messages) {
    const body = largeBodyOf(message);
    const isFull = body !== undefined && large.size === MAX_LARGE && !large.has(body);
    if (portions.length === 0 || isFull) {
      portions.push([]);
      large = new Set();
    }
    portions.at(-1)?.push(message);
    if (body !== undefined) large.add(body);
  }
  return portions;
};

/** What tells the message's large body from others; undefined for a smaller one. Parts of a delivery refer to the same. */
export const largeBodyOf = ({ messageId, stored }: Message): string | undefined => {
  if (stored.body === undefined) return stored.deliveryId;
  return stored.body.length > MAX_INLINE_BYTES ? messageId : undefined;
};
