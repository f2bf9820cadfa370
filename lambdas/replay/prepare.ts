import type { Delivery } from '../core/delivery.ts';
import { UNRECOGNIZED } from '../core/entity.ts';
import { type Routes, readRoutes } from '../core/routing-table.ts';
import { findEvent, type StoredEvent, withStoredBody } from '../event-log/find-event.ts';
import { deliveryOf, isComplete } from '../event-log/interpret-stored.ts';
import type { GatepostEvent } from '../events/event.ts';
import { isKeyOf } from '../events/event-key.ts';
import { interpretDelivery, redirectUnrouted, routableEvents } from '../events/interpretation.ts';
import { intakeGroupOf } from '../events/message-group.ts';
import { providerNamed } from '../providers/index.ts';
import { PROVIDER_NAMES } from '../providers/names.ts';
import type { ReplayTools } from './replay-tools.ts';
import { type Selected, type Selection, selectRuns } from './selection.ts';

/** Why an event can't be replayed. */
export type Obstacle = keyof typeof OBSTACLES;

/** The message for each obstacle, as the end of a sentence. */
export const OBSTACLES = {
  unknown: 'the event log has no event with that key',
  expired: 'it has expired in the event log',
  'body-omitted': "the event log does not have its delivery's body, or the bucket no longer has it",
  'no-provider': 'its provider no longer exists',
  'not-wanted': 'the consumer does not choose it',
  'not-chosen': 'its source does not let it in today',
} as const;

/** A selected event, ready to send or with an obstacle. */
export type Prepared = {
  readonly key: string;
  readonly at: string;
  /** Whether it is the last event of its millisecond. */
  readonly endsRun: boolean;
} & (Ready | { readonly obstacle: Obstacle });

/** An event that can be replayed. */
export interface Ready {
  readonly stored: StoredEvent;
  /** The key of the original event. */
  readonly of: string;
  /** The delivery to send, without `replay`. It has a new id. */
  readonly delivery: Delivery;
  /** The message group in the intake queue. */
  readonly group: string;
  /** The events that fan-out will find, by today's code, each with the queues that will get it. */
  readonly events: readonly { readonly event: GatepostEvent; readonly queues: readonly string[] }[];
}

/** How many events are held in memory, since a body may have three megabytes. */
const AT_A_TIME = 16;

/**
 * Prepares the selected events, in the order of {@link selectRuns}.
 *
 * @param after selects only later events.
 */
export async function* prepareAll(
  tools: ReplayTools,
  selection: Selection,
  after?: string,
): AsyncGenerator<Prepared> {
  const { entities } = tools.routing;
  const known: Preparing = {
    ...tools,
    entities: new Set(entities),
    routes: readRoutes(tools.routing),
    consumer: selection.consumer,
  };
  let waiting: (Selected & { readonly endsRun: boolean })[] = [];
  const prepareWaiting = () =>
    Promise.all(
      waiting.map(async ({ key, at, endsRun }) => ({ key, at, endsRun, ...(await prepare(known, key)) })),
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

interface Preparing extends Pick<ReplayTools, 'log' | 'objects' | 'sources' | 'now'> {
  readonly entities: ReadonlySet<string>;
  readonly routes: Routes;
  readonly consumer: string | undefined;
}

const prepare = async (
  { log, objects, sources, entities, routes, consumer, now }: Preparing,
  key: string,
): Promise<Ready | { readonly obstacle: Obstacle }> => {
  const found = await findEvent(log, key);
  if (found === undefined) return { obstacle: 'unknown' };
  if (found.expiresAt.getTime() < now()) return { obstacle: 'expired' };
  const stored = await withStoredBody(found, objects);
  if (!isComplete(stored)) return { obstacle: 'body-omitted' };
  const frozen = stored.delivery.source;
  const today = sources.get(frozen.name);
  // The source's name may belong to another provider today.
  const source = today?.provider === frozen.provider ? today : frozen;
  if (!NAMES.has(source.provider)) return { obstacle: 'no-provider' };

  const of = stored.replayOf ?? key;
  const delivery = { ...deliveryOf(stored, source), deliveryId: crypto.randomUUID() };
  const interpreted = interpretDelivery(providerNamed(source.provider), delivery);
  // Fan-out would send nothing, or others instead of it.
  const { leftOut } = interpreted;
  const sendsNone = leftOut.length > 0 && interpreted.events.length === 0;
  if (sendsNone || leftOut.some(({ event }) => isKeyOf(event, of))) return { obstacle: 'not-chosen' };
  const events = routableEvents(interpreted.events, { id: '', of, at: stored.at })
    .map((each) => redirectUnrouted(each, source.name, { entities, routes }))
    .map(({ event }) => ({
      event,
      queues: routes({ ...event, source: source.name }, consumer).map(({ queue }) => queue),
    }));
  if (
    consumer !== undefined &&
    events.every(({ event, queues }) => queues.length === 0 || event.entity === UNRECOGNIZED)
  ) {
    return { obstacle: 'not-wanted' };
  }
  const meant = interpreted.events.find(({ event }) => isKeyOf(event, of)) ?? interpreted.events[0];
  return { stored, of, delivery, group: intakeGroupOf(meant?.event, delivery), events };
};

const NAMES: ReadonlySet<string> = new Set(PROVIDER_NAMES);
