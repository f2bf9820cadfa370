import * as z from 'zod/mini';

/** A queue, and how many messages are in it. */
export interface QueueDepth {
  readonly name: string;
  readonly waiting: number;
  /** Received by somebody, and not deleted yet. */
  readonly inFlight: number;
}

/** A message that lies in a queue. */
export interface QueuedMessage {
  readonly id: string;
  readonly body: string;
  readonly sentAt: string;
  readonly receiveCount: number;
  readonly group?: string | undefined;
  readonly inFlight: boolean;
}

/** What a queue holds. */
export interface QueueContents {
  readonly name: string;
  /** The first of them. */
  readonly messages: readonly QueuedMessage[];
  readonly count: number;
}

const MAX_MESSAGES = 50;

const summaries = z.array(
  z.object({
    name: z.string(),
    approximateMessageCount: z.number(),
    approximateInflightCount: z.number(),
    approximateDelayedCount: z.number(),
  }),
);

const message = z.object({
  messageId: z.string(),
  body: z.string(),
  sentTimestamp: z.number(),
  approximateReceiveCount: z.number(),
  messageGroupId: z.optional(z.string()),
});

const inspection = z.object({
  name: z.string(),
  messages: z.object({
    ready: z.array(message),
    delayed: z.array(message),
    inflight: z.array(z.object({ message })),
  }),
});

/**
 * All queues with their depths. The emulator tells by a way of its own, which receives nothing.
 *
 * @param sqs the emulator's URL.
 */
export const queueDepths = async (sqs: string): Promise<readonly QueueDepth[]> => {
  const found = summaries.parse(await (await fetch(`${sqs}/_fauxqs/queues`)).json());
  return found
    .map(({ name, approximateMessageCount, approximateInflightCount, approximateDelayedCount }) => ({
      name,
      waiting: approximateMessageCount + approximateDelayedCount,
      inFlight: approximateInflightCount,
    }))
    .sort((one, other) => one.name.localeCompare(other.name));
};

/**
 * What a queue holds, without receiving any of it.
 *
 * @returns undefined where there is no such queue.
 */
export const queueContents = async (sqs: string, name: string): Promise<QueueContents | undefined> => {
  const response = await fetch(`${sqs}/_fauxqs/queues/${encodeURIComponent(name)}`);
  if (response.status === 404) return undefined;
  const { messages } = inspection.parse(await response.json());
  const all = [
    ...messages.inflight.map(({ message }) => toMessage(message, true)),
    ...[...messages.ready, ...messages.delayed].map((each) => toMessage(each, false)),
  ].sort((one, other) => one.sentAt.localeCompare(other.sentAt));
  return { name, messages: all.slice(0, MAX_MESSAGES), count: all.length };
};

const toMessage = (
  { messageId, body, sentTimestamp, approximateReceiveCount, messageGroupId }: z.infer<typeof message>,
  inFlight: boolean,
): QueuedMessage => ({
  id: messageId,
  body,
  sentAt: new Date(sentTimestamp).toISOString(),
  receiveCount: approximateReceiveCount,
  group: messageGroupId,
  inFlight,
});
