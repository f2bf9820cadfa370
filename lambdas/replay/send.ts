import { markReplayed } from '../event-log/mark-replayed.ts';
import { fitsInto, type IntakeMessage, sendBatch, toIntakeMessage } from './intake-batch.ts';
import { continueJournal, type Journal } from './journal.ts';
import { pace } from './pace.ts';
import { prepareAll } from './prepare.ts';
import type { ReplayTools } from './replay-tools.ts';

/** Events a second: leaves consumers capacity for new events. */
export const DEFAULT_RATE = 50;

/**
 * Sends the events of a replay from its journal's position: oldest first, in batches, within the rate. Stores the journal
 * after each batch, so it can be stopped at any time. Events that are sent twice are recognized by the replay's id.
 *
 * @param rate events a second.
 * @returns the journal after each batch.
 * @throws {ReplayError} if SQS rejects messages, or another process works on the same replay.
 */
export async function* sendReplay(
  tools: ReplayTools,
  begun: Journal,
  rate = DEFAULT_RATE,
): AsyncGenerator<Journal> {
  if (begun.isFinished) return;
  const { log, sqs, intakeQueueUrl, now, sleep } = tools;
  const wait = pace(rate, now, sleep);
  const most = Math.max(1, Math.floor(rate));
  let journal = begun;
  let batch: { readonly message: IntakeMessage; readonly of: string; readonly at: string }[] = [];
  let { sent, skipped } = begun;
  /** The progress once this batch is sent. */
  let reached: Pick<Journal, 'position' | 'sent' | 'skipped'> = begun;

  const flush = async (isFinished: boolean): Promise<Journal> => {
    if (batch.length > 0) {
      await wait(batch.length);
      const messages = batch.map(({ message }) => message);
      await sendBatch(sqs, intakeQueueUrl, messages, sleep);
      await Promise.all(batch.map(({ of, at }) => markReplayed(log, of, journal.id, at)));
      batch = [];
    }
    const { position, sent, skipped } = reached;
    journal = await continueJournal(log, journal, { position, sent, skipped, isFinished }, now());
    return journal;
  };

  for await (const prepared of prepareAll(tools, begun.selection, begun.position)) {
    if ('obstacle' in prepared) skipped++;
    else {
      const at = new Date(now()).toISOString();
      const { consumer } = begun.selection;
      const replay = { id: begun.id, of: prepared.of, at, ...(consumer !== undefined && { consumer }) };
      const message = toIntakeMessage({ ...prepared.delivery, replay }, prepared.group);
      const messages = batch.map((waiting) => waiting.message);
      if (batch.length > 0 && !fitsInto(messages, message, most)) yield await flush(false);
      batch.push({ message, of: prepared.of, at });
      sent++;
    }
    if (prepared.endsRun) reached = { position: prepared.at, sent, skipped };
  }
  yield await flush(true);
}
