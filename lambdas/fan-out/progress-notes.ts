import type { Progress } from '../event-log/progress.ts';
import type { Deadline } from './deadline.ts';
import type { ReceivedDelivery } from './step.ts';

/** What reading and noting progress needs. */
export interface ProgressTools {
  readonly progress: Progress;
  readonly deadline: Deadline;
}

/**
 * The number of events that earlier tries dealt with, by message. Where it can't be read, the message fails. Read at the
 * first try too: of what was moved back from the dead letters, SQS counts the tries anew.
 */
export const readProgress = async (
  batch: readonly ReceivedDelivery[],
  { progress, deadline }: ProgressTools,
  failed: Map<string, unknown>,
): Promise<ReadonlyMap<string, number>> => {
  const done = new Map<string, number>();
  await Promise.all(
    batch
      .filter(({ events }) => events.length > 1)
      .map(async ({ messageId, group, delivery }) => {
        try {
          done.set(messageId, await progress.read(delivery.deliveryId, group, deadline.work));
        } catch (error) {
          failed.set(messageId, error);
        }
      }),
  );
  return done;
};

/** Notes how far the messages came that were not finished, if further than before. */
export const noteProgress = async (
  batch: readonly ReceivedDelivery[],
  before: ReadonlyMap<string, number>,
  done: ReadonlyMap<string, number>,
  failed: Map<string, unknown>,
  { progress, deadline }: ProgressTools,
): Promise<void> => {
  await Promise.all(
    batch.map(async ({ messageId, group, delivery, events }) => {
      const count = done.get(messageId) ?? 0;
      if (!failed.has(messageId) || events.length < 2 || count === (before.get(messageId) ?? 0)) return;
      const signal = deadline.note();
      if (signal === undefined) return;
      await progress
        .write(delivery.deliveryId, group, count, signal)
        .catch((error: unknown) => failed.set(messageId, error));
    }),
  );
};
