import type { Clock } from '../clock.ts';

/** What a queue is given. */
export interface SentMessage {
  readonly body: string;
  readonly group: string;
  readonly deduplicationId: string;
}

/** A message in a queue. */
export interface QueuedMessage extends SentMessage {
  readonly id: string;
  /** How often it was received. */
  readonly received: number;
}

/** A message that was received, and what it takes to delete it. */
export interface ReceivedMessage extends QueuedMessage {
  readonly receipt: number;
}

/**
 * A FIFO queue of SQS with high throughput: deduplicates within a message group, hands a group's messages out in their
 * order, and none while an earlier one is out.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
 */
export interface FifoQueue {
  /**
   * @returns the message's id, and whether it is a new one; a message that was sent within the last five minutes is taken
   * and goes nowhere.
   */
  send(message: SentMessage): { readonly id: string; readonly isNew: boolean };
  /** Takes up to so many messages and hides them until the visibility time-out. */
  receive(most: number): readonly ReceivedMessage[];
  /** @returns false where the receipt is no longer good: then the message stays. */
  delete(receipt: number): boolean;
  /** Moves all dead letters back, to the end of the queue. */
  redrive(): void;
  /** Whether nothing is left in it, its dead letters included. */
  isEmpty(): boolean;
  readonly deadLetters: readonly QueuedMessage[];
}

export interface FifoQueueOptions {
  readonly name: string;
  /** ms */
  readonly visibility: number;
  readonly maxReceiveCount: number;
  /** Called when there may be something to receive. */
  readonly wake: () => void;
}

/** For so long SQS recognizes what was sent before, in ms. */
export const DEDUPLICATION = 5 * 60_000;

export const createFifoQueue = (clock: Clock, options: FifoQueueOptions): FifoQueue => {
  const { name, visibility, maxReceiveCount, wake } = options;
  const sent = new Map<string, { readonly id: string; readonly at: number }>();
  let messages: Stored[] = [];
  let deadLetters: Stored[] = [];
  let ids = 0;
  let receipts = 0;

  const isOut = (message: Stored) => message.hiddenUntil > clock.now();

  const put = (message: SentMessage): string => {
    const id = `${name}-${++ids}`;
    messages.push({ ...message, id, received: 0, receipt: 0, hiddenUntil: 0 });
    wake();
    return id;
  };

  return {
    send: (message) => {
      const key = `${message.group} ${message.deduplicationId}`;
      const before = sent.get(key);
      // From the first one on: a repeat doesn't begin the time anew.
      if (before !== undefined && clock.now() - before.at < DEDUPLICATION)
        return { id: before.id, isNew: false };
      const id = put(message);
      sent.set(key, { id, at: clock.now() });
      return { id, isNew: true };
    },

    receive: (most) => {
      const blocked = new Set(messages.filter(isOut).map(({ group }) => group));
      const received: Stored[] = [];
      const dead = new Set<Stored>();
      for (const message of messages) {
        if (received.length === most) break;
        if (blocked.has(message.group)) continue;
        if (message.received >= maxReceiveCount) {
          dead.add(message);
          continue;
        }
        message.received++;
        message.receipt = ++receipts;
        message.hiddenUntil = clock.now() + visibility;
        received.push(message);
      }
      if (dead.size > 0) {
        messages = messages.filter((message) => !dead.has(message));
        deadLetters.push(...dead);
      }
      if (received.length > 0) clock.after(visibility, wake);
      return received.map((message) => ({ ...message }));
    },

    delete: (receipt) => {
      const message = messages.find((one) => one.receipt === receipt);
      // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html
      if (message === undefined || !isOut(message)) return false;
      messages = messages.filter((one) => one !== message);
      wake();
      return true;
    },

    redrive: () => {
      const moved = deadLetters;
      deadLetters = [];
      for (const message of moved) put(message);
    },

    isEmpty: () => messages.length === 0 && deadLetters.length === 0,
    get deadLetters() {
      return deadLetters;
    },
  };
};

interface Stored extends SentMessage {
  readonly id: string;
  received: number;
  receipt: number;
  /** ms since 1970 */
  hiddenUntil: number;
}
