import * as v from 'valibot';

export interface QueueDepth {
  readonly name: string;
  readonly waiting: number;
  /** Received, and not deleted yet. */
  readonly inFlight: number;
}

export interface QueuedMessage {
  readonly id: string;
  readonly body: string;
  readonly sentAt: string;
  readonly receiveCount: number;
  readonly group?: string | undefined;
  readonly inFlight: boolean;
}

export interface QueueContents {
  readonly name: string;
  /** The first {@link MAX_MESSAGES}. */
  readonly messages: readonly QueuedMessage[];
  readonly count: number;
}

const MAX_MESSAGES = 50;

const summaries = v.array(
  v.object({
    name: v.string(),
    approximateMessageCount: v.number(),
    approximateInflightCount: v.number(),
    approximateDelayedCount: v.number(),
  }),
);

const message = v.object({
  messageId: v.string(),
  body: v.string(),
  sentTimestamp: v.number(),
  approximateReceiveCount: v.number(),
  messageGroupId: v.optional(v.string()),
});

const inspection = v.object({
  name: v.string(),
  messages: v.object({
    ready: v.array(message),
    delayed: v.array(message),
    inflight: v.array(v.object({ message })),
  }),
});

/**
 * All queues with their depths, from the emulator's own API, which receives no messages.
 *
 * @param sqs the emulator's URL.
 */
export const queueDepths = async (sqs: string): Promise<readonly QueueDepth[]> => {
  const found = v.parse(summaries, await (await fetch(`${sqs}/_fauxqs/queues`)).json());
  return found
    .map(({ name, approximateMessageCount, approximateInflightCount, approximateDelayedCount }) => ({
      name,
      waiting: approximateMessageCount + approximateDelayedCount,
      inFlight: approximateInflightCount,
    }))
    .sort((one, other) => one.name.localeCompare(other.name));
};

/**
 * The messages in a queue, without receiving them.
 *
 * @returns undefined where there is no such queue.
 */
export const queueContents = async (sqs: string, name: string): Promise<QueueContents | undefined> => {
  const response = await fetch(`${sqs}/_fauxqs/queues/${encodeURIComponent(name)}`);
  if (response.status === 404) return undefined;
  const { messages } = v.parse(inspection, await response.json());
  const all = [
    ...messages.inflight.map(({ message }) => toMessage(message, true)),
    ...[...messages.ready, ...messages.delayed].map((each) => toMessage(each, false)),
  ].sort((one, other) => one.sentAt.localeCompare(other.sentAt));
  return { name, messages: all.slice(0, MAX_MESSAGES), count: all.length };
};

const toMessage = (
  { messageId, body, sentTimestamp, approximateReceiveCount, messageGroupId }: v.InferOutput<typeof message>,
  inFlight: boolean,
): QueuedMessage => ({
  id: messageId,
  body,
  sentAt: new Date(sentTimestamp).toISOString(),
  receiveCount: approximateReceiveCount,
  group: messageGroupId,
  inFlight,
});
