import {
  MAX_VISIBILITY_SECONDS,
  MIN_VISIBILITY_SECONDS,
  VISIBILITY_SECONDS,
} from '../../lib/intake-times.ts';
import { drawConsumerFaults, drawFault, drawOutage, drawStall, outageOf } from './draw-faults.ts';
import { drawFlood, drawMistake, drawRarer, drawTakeBacks, isMuddled } from './draw-mistakes.ts';
import { drawSizes, isSmall } from './draw-sizes.ts';
import { type Random, randomOf, scatter } from './random.ts';
import {
  CLOCKS_DIFFER,
  type EventStep,
  FORGERIES,
  GARBLED,
  isIdless,
  LIST_SOURCES,
  MAX_COUNT,
  REFUSING,
  type Schedule,
  type SecretSource,
  type Setup,
  SOURCES,
  type SourceName,
  type Step,
} from './schedule.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Draws a schedule: the same one for the same seed. */
export const drawSchedule = (seed: number): Schedule => {
  const random = randomOf(seed);
  // By a chance of its own, so that what is large, or is taken back, changes nothing else of a seed's schedule.
  const other = randomOf(Math.floor(scatter(seed, 29) * 2 ** 31));
  const drawn = drawSizes(other, drawEvents(random));
  const most = Math.max(...drawn.map(({ count = 1 }) => count));
  // Each event goes to several queues then, so that the longest deliveries would take twice the time.
  const setup = { ...drawSetup(random, most), consumers: seed % 3 === 0 && most <= 10 };
  const events = drawn.map((event) => withSignatureOf(setup, event));
  const mistakes = several(other, -6, 1, () => drawMistake(other, events));
  return {
    seed,
    setup,
    steps: [
      ...events,
      ...drawRepeats(random, events, setup),
      ...several(random, 0, 2, (forgery) => drawForgery(random, setup, forgery)),
      ...several(random, 0, 1, (token) => ({
        step: 'handshake' as const,
        at: random.int(0, 5 * MINUTE),
        token,
      })),
      ...drawSecrets(random, events).filter((step) => !isMuddled(step, mistakes)),
      ...several(random, -2, 1, () => ({ step: 'certificate' as const, at: random.int(0, 10 * MINUTE) })),
      ...several(random, -2, 1, () => ({
        step: 'clock' as const,
        at: random.int(0, 10 * MINUTE),
        of: random.pick([...SOURCES, 'fan-out' as const]),
        by: random.pick([-1, 1]) * random.pick([SECOND, MINUTE, HOUR]) * random.int(1, 2),
      })),
      ...several(random, -4, 1, () => drawAgain(random, events, setup)).flat(),
      ...several(random, -4, 1, () => drawPoison(random, events)).filter((step) => isSmall(step, events)),
      ...several(random, 0, 8, () => drawFault(random)),
      ...several(random, -2, 2, () => drawOutage(random, setup)),
      ...several(random, -20, 1, () => drawStall(random, events)).flat(),
      ...several(random, -1, 1, () => ({ step: 'redrive' as const, at: random.int(MINUTE, 30 * MINUTE) })),
      ...mistakes,
      ...drawFlood(other, setup, mistakes),
      ...drawTakeBacks(other, mistakes),
      ...drawOvertaken(other, events, setup),
      ...drawRarer(other, events, mistakes, setup),
      ...(setup.consumers
        ? drawConsumerFaults(randomOf(Math.floor(scatter(seed, 31) * 2 ** 31)), setup)
        : []),
    ],
  };
};

/** So many as chance will have it; a range that begins below zero means that there are often none. */
const several = <T>(random: Random, min: number, max: number, draw: (index: number) => T): readonly T[] =>
  Array.from({ length: Math.max(0, random.int(min, max)) }, (_, index) => draw(index));

/** @param most how many events the largest delivery has. */
const drawSetup = (random: Random, most: number): Omit<Setup, 'consumers'> => ({
  visibility: random.pick([
    VISIBILITY_SECONDS,
    VISIBILITY_SECONDS,
    MAX_VISIBILITY_SECONDS,
    random.int(MIN_VISIBILITY_SECONDS, MAX_VISIBILITY_SECONDS),
  ]),
  maxReceiveCount: random.pick([3, 5, 10, 240]),
  retention: random.pick([14, 30]) * (DAY / SECOND),
  rotationGrace: random.pick([20 * 60, 7 * 24 * 60 * 60]),
  innerSignature: random.pick(['require', 'report']),
  repeatWindow: random.pick([HOUR, 4 * DAY]) / SECOND,
  // So slow that some deliveries take several tries, and none takes days.
  slowness: random.pick(most === 1 || most > 100 ? [0, 50] : most > 10 ? [50, 400, 900] : [0, 50, 400, 900]),
});

/** Few sources and fewer things, so that much comes together. */
const drawEvents = (random: Random): readonly EventStep[] => {
  const sources: readonly SourceName[] = several(random, 1, 2, () => random.pick(SOURCES));
  const things = random.int(1, 3);
  const spread = random.pick([50, SECOND, MINUTE, 15 * MINUTE]);
  const drawn = several(random, 1, 7, (event) => ({
    step: 'event' as const,
    at: random.int(0, spread),
    source: random.pick(sources),
    event,
    entity: random.int(1, things),
    known: random.chance(0.95),
  }));
  const ofSchedule = random.chance(0.1) ? undefined : random.chance(0.5);
  const events = drawn
    .toSorted((a, b) => a.at - b.at)
    .map((event) => ({ ...event, ...drawList(random, event, ofSchedule) }));
  const odd: EventStep[] = [];
  for (const event of events) odd.push({ ...event, ...drawOddity(random, event, odd) });
  return odd;
};

const sendsLists = (source: SourceName): boolean => LIST_SOURCES.some((one) => one === source);

/** How many events a delivery has: mostly few, seldom as many as there may be, or more. */
const drawList = (
  random: Random,
  { source }: EventStep,
  isList = random.chance(0.5),
): Pick<EventStep, 'count' | 'entities' | 'idless'> => {
  if (!sendsLists(source)) return {};
  const idless = random.chance(0.25) && { idless: true };
  if (!isList) return { ...idless };
  const size = random.int(1, 2_000);
  const count =
    size <= 10
      ? MAX_COUNT + 1
      : size <= 12
        ? MAX_COUNT
        : size <= 18
          ? random.int(100, 500)
          : size <= 130
            ? random.int(11, 90)
            : random.int(2, 8);
  return { count, entities: random.pick([1, 2, 3, 12, count]), ...idless };
};

/** What is seldom: an id that another event has, or a body that nobody understands. */
const drawOddity = (random: Random, event: EventStep, earlier: readonly EventStep[]): Partial<EventStep> => {
  const { source, count } = event;
  const others = earlier.filter(
    ({ source: of, garbled, idOf, count: many = 1 }) =>
      of === source && garbled === undefined && idOf === undefined && many <= 100,
  );
  if (others.length > 0 && random.chance(0.15)) {
    const other = random.pick(others);
    const { entity, known, idless, entities } = other;
    return {
      idOf: other.event,
      at: random.chance(0.3) ? other.at + random.int(1, 12) * DAY : event.at,
      known,
      entity: random.chance(0.8) ? entity : event.entity,
      ...(other.count !== undefined && { count: other.count }),
      ...(entities !== undefined && { entities }),
      ...(idless !== undefined && { idless }),
    };
  }
  return count === undefined && random.chance(0.05) ? { garbled: random.pick(GARBLED) } : {};
};

/**
 * What is no JSON can't have the signature that iVvy's source may require, and where the text of a signature could be cut in
 * another place, it is refused: only its fields then make no sense.
 */
const withSignatureOf = ({ innerSignature }: Setup, event: EventStep): EventStep => {
  const { source, garbled } = event;
  const needsJson = source === 'augustus' || (source === 'ivvy' && innerSignature === 'require');
  return garbled !== undefined && needsJson ? { ...event, garbled: 'shape' } : event;
};

const drawRepeats = (random: Random, events: readonly EventStep[], setup: Setup): readonly Step[] =>
  several(random, -1, 2, () => {
    const { event, at, source, count = 1, garbled } = random.pick(events);
    const later = random.pick([
      0,
      random.int(0, 50),
      random.int(0, 10 * SECOND),
      random.int(MINUTE, 15 * MINUTE),
      random.int(HOUR, 3 * DAY),
      random.int(3 * DAY, 6 * DAY),
      (setup.retention + random.int(-2, 2) * (DAY / SECOND)) * SECOND,
    ]);
    const mayGrow = sendsLists(source) && garbled === undefined && count < 100;
    const more = mayGrow && random.chance(0.4) && { more: random.int(1, 4) };
    return { step: 'repeat' as const, at: at + later, event, ...more };
  });

/** What has no id happens again and again, just within the time that it is remembered, or just after. */
const drawAgain = (
  random: Random,
  events: readonly EventStep[],
  { repeatWindow }: Setup,
): readonly Step[] => {
  const [first] = events.filter(isIdless);
  if (first === undefined) return [];
  const { event } = first;
  let { at } = first;
  return several(random, 1, 6, () => {
    at += Math.round(random.pick([0.3, 0.7, 1.1, 1.5]) * repeatWindow * SECOND);
    return { step: 'repeat' as const, at, event };
  });
};

/** What has no id comes again and again; a repeat of the second lies in the dead letters until after the third. */
const drawOvertaken = (
  random: Random,
  events: readonly EventStep[],
  { repeatWindow, maxReceiveCount, visibility }: Setup,
): readonly Step[] => {
  const [first] = events.filter(isIdless);
  const window = repeatWindow * SECOND;
  const dies = (maxReceiveCount + 1) * visibility * SECOND;
  if (first === undefined || dies > window || random.chance(0.8)) return [];
  const { event } = first;
  const after = (windows: number): number => first.at + Math.round(windows * window);
  return [
    { step: 'repeat', at: after(1.1), event },
    { step: 'repeat', at: after(1.3), event },
    outageOf('PutItem', after(1.3) - SECOND, dies, { fate: 'fail' }),
    { step: 'repeat', at: after(2.5), event },
    { step: 'redrive', at: after(2.8) },
  ];
};

const drawPoison = (random: Random, events: readonly EventStep[]): Step => {
  const { event, count = 1 } = random.pick(events);
  return {
    step: 'poison',
    event,
    item: count > MAX_COUNT ? 0 : random.int(0, count - 1),
    by: random.pick(REFUSING),
  };
};

const drawForgery = (random: Random, { rotationGrace }: Setup, forgery: number): Step => {
  const how = random.pick(FORGERIES);
  return {
    step: 'forgery',
    // A secret that was never rotated has no revoked one; then it is one that nobody ever had. The grace is over by every
    // clock: a function whose clock was set back takes the previous secret for as much longer.
    at:
      random.int(0, 5 * MINUTE) +
      (how === 'revoked' ? 5 * MINUTE + rotationGrace * SECOND + CLOCKS_DIFFER : 0),
    source: random.pick(SOURCES),
    forgery,
    how,
  };
};

const drawSecrets = (random: Random, events: readonly EventStep[]): readonly Step[] => {
  const sources = [...new Set(events.map(({ source }) => source))].filter(
    (source): source is SecretSource => source !== 'ivvy',
  );
  if (sources.length === 0 || random.chance(0.5)) return [];
  const source = random.pick(sources);
  const at = random.int(0, 5 * MINUTE);
  const lag = random.pick([0, random.int(0, MINUTE), random.int(0, 10 * MINUTE)]);
  // What makes a rotation hard: nobody can be asked for the new secret, or a clock says that it was asked for just now.
  const away = random.chance(0.3);
  const setBack = random.chance(0.3);
  return [
    { step: 'rotation', at, source, lag },
    ...(away ? [outageOf('GetSecretValue', at, random.int(MINUTE, 15 * MINUTE), { fate: 'fail' })] : []),
    ...(setBack ? [{ step: 'clock' as const, at, of: source, by: -random.int(1, 2) * HOUR }] : []),
    ...several(random, 0, 2, () => ({
      step: 'repeat' as const,
      at: at + lag + random.int(0, 15 * MINUTE),
      event: random.pick(events).event,
    })),
  ];
};
