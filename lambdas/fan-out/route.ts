import type { GatepostEvent } from '../events/event.ts';
import { type ClaimTools, claimAhead } from './claim-ahead.ts';
import { noteProgress, type ProgressTools, readProgress } from './progress-notes.ts';
import { type SendTools, sendWave, type WaveResult } from './send-wave.ts';
import { type Claims, Failure, type Filled, isFilled, type ReceivedDelivery, type Step } from './step.ts';

/** The result of routing a batch. */
export interface Routing {
  readonly routed: readonly GatepostEvent[];
  /** The queues that those of `routed` were sent to, by name without the stack's prefix and `.fifo`. */
  readonly sentTo: ReadonlyMap<GatepostEvent, readonly string[]>;
  readonly duplicates: readonly GatepostEvent[];
  /** Those of `routed` and `duplicates` whose id belongs to an event that says something else. */
  readonly conflicts: readonly GatepostEvent[];
  /** Why those of `routed` went to `unrecognized.fifo`, or to a consumer's dead letters, that an error sent there. */
  readonly causes: ReadonlyMap<GatepostEvent, unknown>;
  /** The messages for SQS to redeliver, with the error of each. */
  readonly failed: ReadonlyMap<string, unknown>;
}

/** What routing needs of AWS, and its time. */
export interface RouteTools extends ClaimTools, SendTools, ProgressTools {}

/**
 * Claims and sends the events of a batch in waves, each with the next event of every group. Within a group, events stay in
 * order: SQS may reject single messages of a batch, so each event waits for the one before it. A failure also fails all
 * later events of its group. Within a delivery, claims need no order: those of its next events are made together.
 *
 * Work stops in time. The next try goes on behind the last event that was dealt with.
 */
export const route = async (batch: readonly ReceivedDelivery[], tools: RouteTools): Promise<Routing> => {
  const routed: GatepostEvent[] = [];
  const duplicates: GatepostEvent[] = [];
  const conflicts: GatepostEvent[] = [];
  const sentTo = new Map<GatepostEvent, readonly string[]>();
  const causes = new Map<GatepostEvent, unknown>();
  const failed = new Map<string, unknown>(
    batch.flatMap(({ messageId, unread }) => (unread === undefined ? [] : [[messageId, unread.cause]])),
  );
  const before = await readProgress(batch, tools, failed);
  const done = new Map(before);

  const claims: Claims = new Map();
  let groups = stepsByGroup(batch, before, failed);
  while (groups.length > 0) {
    await claimAhead(groups, claims, tools);
    const wave = groups.map(([next]) => next);
    const results = await sendWave(wave, claims, tools);
    groups = groups.flatMap((group, index) => {
      const [{ message, event }, ...later] = group;
      const result = results[index] as WaveResult;
      if (result instanceof Failure) {
        for (const step of group) failed.set(step.message.messageId, result.cause);
        return [];
      }
      done.set(message.messageId, (done.get(message.messageId) ?? 0) + 1);
      const { outcome, sent = { ...event.event, id: result.key } } = result;
      (outcome === 'claimed' ? routed : duplicates).push(sent);
      if (result.sentTo !== undefined) sentTo.set(sent, result.sentTo);
      if (result.isConflict) conflicts.push(sent);
      const cause = result.refusal ?? event.cause;
      if (cause !== undefined) causes.set(sent, cause);
      return isFilled(later) ? [later] : [];
    });
  }
  await noteProgress(batch, before, done, failed, tools);
  return { routed, sentTo, duplicates, conflicts, causes, failed };
};

const stepsByGroup = (
  batch: readonly ReceivedDelivery[],
  done: ReadonlyMap<string, number>,
  failed: Map<string, unknown>,
): readonly Filled<Step>[] =>
  [...Map.groupBy(batch, ({ group }) => group).values()]
    .map((messages) => {
      const steps: Step[] = [];
      let blocked: { readonly cause: unknown } | undefined;
      for (const message of messages) {
        if (failed.has(message.messageId)) blocked ??= { cause: failed.get(message.messageId) };
        if (blocked !== undefined) {
          failed.set(message.messageId, blocked.cause);
          continue;
        }
        const rest = message.events.slice(done.get(message.messageId) ?? 0);
        steps.push(...rest.map((event) => ({ message, event })));
      }
      return steps;
    })
    .filter((steps) => isFilled(steps));
