import { MAX_MESSAGE_BYTES } from './delivery.ts';

/** The most messages in a call of SQS. */
export const MAX_BATCH = 10;

/** Batches within SQS's limits: ten messages, and 1 MiB in total. */
export const messageBatches = <Message extends { readonly bytes: number }>(
  messages: readonly Message[],
): readonly (readonly Message[])[] => {
  const batches: Message[][] = [];
  let bytes = 0;
  for (const message of messages) {
    const last = batches.at(-1);
    if (last === undefined || last.length === MAX_BATCH || bytes + message.bytes > MAX_MESSAGE_BYTES) {
      batches.push([message]);
      bytes = message.bytes;
    } else {
      last.push(message);
      bytes += message.bytes;
    }
  }
  return batches;
};
