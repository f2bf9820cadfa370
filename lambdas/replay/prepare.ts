import type { Delivery } from '../core/delivery.ts';
import { UNRECOGNIZED } from '../core/entity.ts';
import { findEvent, type StoredEvent } from '../event-log/find-event.ts';
import { deliveryOf, isComplete } from '../event-log/interpret-stored.ts';
import type { GatepostEvent } from '../events/event.ts';
import { intakeGroupOf, interpretDelivery, routableEvents, withoutQueue } from '../events/interpretation.ts';
import { providerNamed } from '../providers/index.ts';
import { PROVIDER_NAMES } from '../providers/names.ts';
import type { ReplayTools } from './replay-tools.ts';
import { type Selected, type Selection, selectRuns } from './selection.ts';

/** Why an event can't be sent again. */
export type Obstacle = keyof typeof OBSTACLES;

/** What each obstacle means, as the end of a sentence. */
export const OBSTACLES = {
  unknown: 'the event log has no event of that key',
  expired: 'its time in the event log is up',
  'body-omitted': 'its delivery was too large for the event log, which has it without its body',
  'no-provider': 'the provider that it came from is none any more',
} as const;

/** An event that was selected, ready to be sent or with what stands against it. */
export type Prepared = {
  readonly key: string;
  readonly at: string;
  /** Whether it is the last one of those that came in the same millisecond. */
  readonly endsRun: boolean;
} & (Ready | { readonly obstacle: Obstacle });

/** An event that can be sent again. */
export interface Ready {
  readonly stored: StoredEvent;
  /** The key of the event that it is a replay of: its own, or that of the one which it is a replay of itself. */
  readonly of: string;
  /** What is to be put into the intake queue, without `replay`. It has an id of its own. */
  readonly delivery: Delivery;
  /** The message group in the intake queue. */
  readonly group: string;
  /** What fan-out will make of it, by today's code. */
  readonly events: readonly GatepostEvent[];
}

/** So many events are read at a time: a delivery may have half a megabyte. */
const AT_A_TIME = 16;

/**
 * The selected events, prepared, in the order of {@link selectRuns}. Holds few of them at a time, however many there are.
 *
 * @param after only what came after that time.
 */
export async function* prepareAll(
  tools: ReplayTools,
  selection: Selection,
  after?: string,
): AsyncGenerator<Prepared> {
  let waiting: (Selected & { readonly endsRun: boolean })[] = [];
  const prepareWaiting = () =>
    Promise.all(
      waiting.map(async ({ key, at, endsRun }) => ({ key, at, endsRun, ...(await prepare(tools, key)) })),
    );
  for await (const run of selectRuns(tools.log, selection, after)) {
    for (const [index, selected] of run.entries()) {
      waiting.push({ ...selected, endsRun: index === run.length - 1 });
      if (waiting.length < AT_A_TIME) continue;
      yield* await prepareWaiting();
      waiting = [];
    }
  }
  yield* await prepareWaiting();
}

const prepare = async (
  { log, sources, entities, now }: ReplayTools,
  key: string,
): Promise<Ready | { readonly obstacle: Obstacle }> => {
  const stored = await findEvent(log, key);
  if (stored === undefined) return { obstacle: 'unknown' };
  if (stored.expiresAt.getTime() < now()) return { obstacle: 'expired' };
  if (!isComplete(stored)) return { obstacle: 'body-omitted' };
  const frozen = stored.delivery.source;
  const today = sources.get(frozen.name);
  // A source of that name may be another provider's by now; what came before is still the former's.
  const source = today?.provider === frozen.provider ? today : frozen;
  if (!NAMES.has(source.provider)) return { obstacle: 'no-provider' };

  const of = stored.replayOf ?? key;
  const delivery = { ...deliveryOf(stored, source), deliveryId: crypto.randomUUID() };
  const interpreted = interpretDelivery(providerNamed(source.provider), delivery);
  const events = routableEvents(interpreted, { id: '', of, at: stored.at }).map((event) =>
    event.entity === UNRECOGNIZED || entities.has(event.entity) ? event : withoutQueue(event),
  );
  return { stored, of, delivery, group: intakeGroupOf(interpreted, delivery), events };
};

const NAMES: ReadonlySet<string> = new Set(PROVIDER_NAMES);
