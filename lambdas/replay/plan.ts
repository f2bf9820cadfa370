import { type Obstacle, prepareAll } from './prepare.ts';
import type { ReplayTools } from './replay-tools.ts';
import type { Selection } from './selection.ts';

/** What a replay would send. */
export interface ReplayPlan {
  readonly events: number;
  /** Events that would arrive in each queue, by name without the prefix and `.fifo`. Today's code may find a different number of events. */
  readonly byQueue: Readonly<Record<string, number>>;
  /** Events that went to another queue originally, by `<from> → <to>`. */
  readonly moved: Readonly<Record<string, number>>;
  /** Events that are replays themselves: their originals are sent, once each. */
  readonly replays: number;
  /** Events that can't be sent, by the obstacle. */
  readonly obstacles: Readonly<Partial<Record<Obstacle, number>>>;
  /** Some events that can't be sent. */
  readonly examples: readonly { readonly key: string; readonly obstacle: Obstacle }[];
  /** The times of the first and the last event, if any. ISO 8601, UTC. */
  readonly first?: string;
  readonly last?: string;
}

const MAX_EXAMPLES = 20;

/**
 * Plans a replay without sending anything.
 *
 * @param counted called with the number of events read so far.
 * @throws {EventLogError} if the log doesn't have the index.
 * @throws {ReplayError} if there are too many keys.
 */
export const planReplay = async (
  tools: ReplayTools,
  selection: Selection,
  counted: (events: number) => void = () => undefined,
): Promise<ReplayPlan> => {
  const byQueue: Record<string, number> = {};
  const moved: Record<string, number> = {};
  const obstacles: Partial<Record<Obstacle, number>> = {};
  const examples: { key: string; obstacle: Obstacle }[] = [];
  let [events, replays, seen] = [0, 0, 0];
  let span: { readonly first?: string; readonly last?: string } = {};

  for await (const prepared of prepareAll(tools, selection)) {
    counted(++seen);
    if ('obstacle' in prepared) {
      const { key, obstacle } = prepared;
      increment(obstacles, obstacle);
      if (examples.length < MAX_EXAMPLES) examples.push({ key, obstacle });
      continue;
    }
    const { stored, at } = prepared;
    events++;
    if (stored.replayOf !== undefined) replays++;
    span = { first: span.first ?? at, last: at };
    for (const { event, queues } of prepared.events) {
      for (const queue of queues) increment(byQueue, queue);
      const { entity } = event;
      if (entity !== stored.entity) increment(moved, `${stored.entity} → ${entity}`);
    }
  }
  return { events, byQueue, moved, replays, obstacles, examples, ...span };
};

const increment = <Name extends string>(counts: Partial<Record<Name, number>>, name: Name): void => {
  counts[name] = (counts[name] ?? 0) + 1;
};
