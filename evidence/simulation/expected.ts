import { UNRECOGNIZED } from '../../lambdas/core/entity.ts';
import type { History, Sent } from './history.ts';
import { claimedAt, isAccepted } from './readings.ts';
import { CLOCKS_DIFFER, type EventStep, entityOf, isIdless, MAX_COUNT, type Schedule } from './schedule.ts';
import { PROVIDERS } from './senders.ts';
import { nameOf } from './told.ts';

export interface Expectation {
  readonly queue: string;
  readonly reason: string | undefined;
  readonly isIdless: boolean;
}

/** Where the events of a schedule belong, by their names; undefined for what is none of its events. */
export const expectations = ({ steps }: Schedule): ((name: string) => Expectation | undefined) => {
  const events = new Map(steps.flatMap((step) => (step.step === 'event' ? [[step.event, step]] : [])));
  const poisoned = new Set(
    steps.flatMap((step) => (step.step === 'poison' ? [nameOf(step.event, step.item)] : [])),
  );
  return (name) => {
    const step = events.get(Number(name.split('/')[0]));
    if (step === undefined) return undefined;
    const reason = poisoned.has(name) ? 'refused' : reasonToMisunderstand(step);
    const queue = reason === undefined ? PROVIDERS[step.source].entity : UNRECOGNIZED;
    // A body that isn't understood has an id: all that it says.
    return { queue, reason, isIdless: isWhole(step) ? false : isIdless(step) };
  };
};

/** Whether a delivery is one event, that nobody understands. */
export const isWhole = ({ garbled, count = 1 }: EventStep): boolean =>
  garbled !== undefined || count > MAX_COUNT;

const reasonToMisunderstand = (step: EventStep): string | undefined => {
  if (step.garbled !== undefined) return 'not-understood';
  if (isWhole(step)) return 'too-many-events';
  return step.known ? undefined : 'unknown-event';
};

/** The events in the deliveries that were answered with 200, and in those that were said to be taken back. */
export const acceptedIn = (history: History) => {
  const { answers, retrials, stored, schedule } = history;
  const wholes = new Set(
    schedule.steps.flatMap((step) => (step.step === 'event' && isWhole(step) ? [step.event] : [])),
  );
  const accepted = answers.filter(isAccepted).flatMap(({ request: { event, count }, receivedAt }) =>
    Array.from({ length: wholes.has(event) ? 1 : count }, (_, item) => ({
      name: nameOf(event, item),
      receivedAt,
      isTakenBack: false,
    })),
  );
  const takenBack = new Set(
    retrials.flatMap((run) => (run.retrials ?? []).map(({ deliveryId }) => deliveryId ?? '')),
  );
  const isWholeName = (name: string, at: number) => at === 0 || !wholes.has(Number(name.split('/')[0]));
  return [
    ...accepted,
    ...stored
      .filter(({ deliveryId }) => takenBack.has(deliveryId))
      .flatMap(({ names, receivedAt }) =>
        names.filter(isWholeName).map((name) => ({ name, receivedAt, isTakenBack: true })),
      ),
  ];
};

/** The thing that an event happened to, by its name. */
export const things = ({ steps }: Schedule): ((name: string | undefined) => string) => {
  const events = new Map(steps.flatMap((step) => (step.step === 'event' ? [[step.event, step]] : [])));
  return (name) => {
    const [event, item] = (name ?? '').split('/').map(Number);
    const step = events.get(event ?? -1);
    return step === undefined ? 'nothing' : `${step.source} ${entityOf(step, item ?? 0)}`;
  };
};

/** How many events arrived that bear the id of an earlier one and say something else, and whether there may be any. */
export const conflictsIn = (history: History): { readonly due: number; readonly mayBe: boolean } => {
  const { steps, setup } = history.schedule;
  const events = new Map(steps.flatMap((step) => (step.step === 'event' ? [[step.event, step]] : [])));
  const rootOf = (step: EventStep): EventStep =>
    (step.idOf === undefined ? undefined : events.get(step.idOf)) ?? step;
  if (!events.values().some((step) => rootOf(step) !== step)) return { due: 0, mayBe: false };
  const idOf = (name: string): string | undefined => {
    const [event, item = 0] = name.split('/').map(Number);
    const step = events.get(event ?? -1);
    // iVvy's keys have what the event says in them, and so has what comes without an id.
    if (step === undefined || step.source === 'ivvy' || isIdless(step) || isWhole(step)) return undefined;
    const entity = step.source === 'avaza' ? entityOf(step, item) : '';
    return `${step.source} ${rootOf(step).event}/${item} ${step.known} ${entity}`;
  };
  const firsts = Map.groupBy(history.sent, ({ name }) => name)
    .values()
    .map(([first]) => first as Sent);
  const due = Map.groupBy(firsts, ({ name = '' }) => idOf(name))
    .entries()
    .reduce((sum, [id, sent]) => {
      if (id === undefined || sent.length === 1) return sum;
      const claimed = sent.map((one) => claimedAt(one, history));
      const areApart = Math.max(...claimed) - Math.min(...claimed) > setup.retention * 1000 - CLOCKS_DIFFER;
      return areApart ? sum : sum + sent.length - 1;
    }, 0);
  return { due, mayBe: true };
};
