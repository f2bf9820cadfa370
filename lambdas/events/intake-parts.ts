import type { Delivery } from '../core/delivery.ts';
import type { Interpretation, InterpretedEvent } from './interpretation.ts';
import { groupOf, intakeGroupOf } from './message-group.ts';

/** A delivery, or a part of it, for one message group of the intake queue. */
export interface IntakePart {
  readonly delivery: Delivery;
  readonly group: string;
  /** Which events of a delivery whose body lies in the bucket. Default: all. */
  readonly chosen?: readonly number[];
}

/**
 * The parts of a delivery for the intake queue: one for each message group of its events, so that each stays in order.
 *
 * @returns undefined if they are too large because of what all of them repeat: the delivery then needs an object.
 */
export const intakeParts = (
  { events, part }: Interpretation,
  delivery: Delivery,
): readonly IntakePart[] | undefined => {
  const groups = groupsOf(events);
  if (groups.size < 2) return [wholePart(events, delivery)];
  const parts: IntakePart[] = [];
  let size = 0;
  for (const [group, own] of groups) {
    const one = { delivery: part(own), group };
    size += one.delivery.body.length;
    if (size > MAX_PARTS_CHARACTERS) return undefined;
    parts.push(one);
  }
  return parts;
};

/** As much as ingest can send in time, and hold in memory. */
const MAX_PARTS_CHARACTERS = 2 * 1024 * 1024;

/** The same for a delivery with an object, to which the parts refer. */
export const referringParts = (
  { events }: Interpretation,
  delivery: Delivery & Required<Pick<Delivery, 'bodyRef'>>,
): readonly IntakePart[] => {
  const groups = groupsOf(events);
  if (groups.size < 2) return [wholePart(events, delivery)];
  return [...groups].map(([group, own]) => ({ delivery, group, chosen: own.map(({ number }) => number) }));
};

const wholePart = (events: readonly InterpretedEvent[], delivery: Delivery): IntakePart => ({
  delivery,
  group: intakeGroupOf(events[0]?.event, delivery),
});

const groupsOf = (events: readonly InterpretedEvent[]) => Map.groupBy(events, ({ event }) => groupOf(event));
