import type { Random } from './random.ts';
import { type EventStep, MAX_COUNT, type Step } from './schedule.ts';

/** Of so many characters in all are the largest deliveries. */
const MOST = 60_000;

/** Makes a few deliveries large. What bears the id of another one is as large, if it may be. iVvy's are not: SNS takes 256 KB. */
export const drawSizes = (random: Random, events: readonly EventStep[]): readonly EventStep[] => {
  const isLarge = random.chance(0.2);
  const sizes = new Map<number, Partial<EventStep>>();
  return events.map((event) => {
    const drawn =
      sizes.get(event.idOf ?? -1) ?? (isLarge && random.chance(0.5) ? drawSize(random, event) : {});
    sizes.set(event.event, drawn);
    return mayBeLarge(event) ? { ...event, ...drawn, ...sizeWithin(event, drawn) } : event;
  });
};

const mayBeLarge = ({ source, count = 1 }: EventStep): boolean => source !== 'ivvy' && count <= 100;

/** The gate takes only so much in all. */
const sizeWithin = ({ count = 1 }: EventStep, { size }: Partial<EventStep>): Partial<EventStep> =>
  size === undefined ? {} : { size: Math.min(size, Math.floor(MOST / count)) };

/** Around each of the limits: in a message of intake, in an item, and in a message of an entity's queue. */
const drawSize = (random: Random, event: EventStep): Partial<EventStep> => {
  const { source, garbled } = event;
  if (!mayBeLarge(event)) return {};
  const sizes = [17_000, 20_000, 4_000, ...(garbled === undefined ? [1_000, 7_000, 9_000] : [])];
  const size = random.pick(sizes);
  const isBeside = source === 'hmac' && random.chance(0.6);
  return isBeside ? { beside: random.pick([1_000, 4_000, 7_000, 12_000]) } : { size };
};

/** AWS refuses an event for what its message says, and one that refers to an object does not say it. */
export const isSmall = (poison: Step, events: readonly EventStep[]): boolean =>
  poison.step !== 'poison' ||
  events.every(
    ({ event, size, beside, count = 1 }) =>
      event !== poison.event || ((size ?? beside) === undefined && count <= MAX_COUNT),
  );
