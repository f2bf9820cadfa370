import { markReplayed } from '../event-log/mark-replayed.ts';
import { sendBatch, toIntakeMessage } from '../replay/intake-batch.ts';
import { OBSTACLES, prepareAll } from '../replay/prepare.ts';
import type { ReplayTools } from '../replay/replay-tools.ts';
import type { Replayed } from './replayed-view.ts';

/**
 * Replays one event. It needs no journal, because the replay's id makes it idempotent.
 *
 * @throws {ReplayError} if SQS rejects it.
 */
export const sendAgain = async (tools: ReplayTools, key: string, replayId: string): Promise<Replayed> => {
  for await (const prepared of prepareAll(tools, { keys: [key] })) {
    if ('obstacle' in prepared)
      return { fault: `Nothing was sent: ${OBSTACLES[prepared.obstacle]} (${key}).` };
    const { delivery, of, group, events } = prepared;
    const at = new Date(tools.now()).toISOString();
    const message = toIntakeMessage({ ...delivery, replay: { id: replayId, of, at } }, group);
    await sendBatch(tools.sqs, tools.intakeQueueUrl, [message], tools.sleep);
    await markReplayed(tools.log, of, replayId, at);
    // The events were prepared with an empty replay id, so it is appended to their keys.
    return { of, events: events.map(({ event: { id, entity } }) => ({ key: `${id}${replayId}`, entity })) };
  }
  return { fault: `Nothing was sent: ${OBSTACLES.unknown} (${key}).` };
};
