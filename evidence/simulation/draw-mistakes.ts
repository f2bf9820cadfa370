import { drawRareFault, OBJECT_EDGES, outageOf, REJECTION_EDGES } from './draw-faults.ts';
import type { Random } from './random.ts';
import {
  type Edge,
  type EventStep,
  FORGERIES,
  isOfSecret,
  type Mistake,
  type MistakeStep,
  type Setup,
  SOURCES,
  type SourceName,
  type Step,
} from './schedule.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A source of one of the events is configured wrongly; about its secret from the first day on. */
export const drawMistake = (random: Random, events: readonly EventStep[]): MistakeStep => {
  const { source } = random.pick(events);
  const isOfMany = events.some(({ count = 1 }) => count > 60);
  const what: Mistake = random.pick(
    source === 'ivvy' ? ['address', 'account'] : ['secret', 'secret', 'unset', 'address'],
  );
  return {
    step: 'mistake',
    at: isOfSecret({ what }) ? 0 : random.pick([0, random.int(0, MINUTE)]),
    // Of many events in one delivery all tries are checked again: a few say as much as all of a day's.
    lasts: isOfMany
      ? random.int(SECOND, 2 * MINUTE)
      : random.pick([random.int(SECOND, 2 * MINUTE), random.int(MINUTE, HOUR), random.int(HOUR, DAY)]),
    source,
    what,
  };
};

/** Whether a step would rotate a secret that was not right yet. */
export const isMuddled = (step: Step, mistakes: readonly MistakeStep[]): boolean =>
  step.step === 'rotation' && mistakes.some((one) => one.source === step.source && isOfSecret(one));

/** An operator tries, sometimes before it is mended, sometimes twice at once, and at times much later. */
export const drawTakeBacks = (random: Random, mistakes: readonly MistakeStep[]): readonly Step[] => {
  const [mistake] = mistakes;
  if (mistake === undefined && random.chance(0.92)) return [];
  const mended = mistake === undefined ? 6 * MINUTE : mistake.at + mistake.lasts;
  const times = Array.from({ length: random.int(1, 4) }, () =>
    random.pick([
      Math.max(0, mended - random.int(0, MINUTE)),
      mended + random.int(0, 40 * SECOND),
      mended + random.int(0, 10 * MINUTE),
      mended + random.int(HOUR, DAY),
      mended + random.int(3 * DAY, 8 * DAY),
    ]),
  );
  return times.flatMap((at): readonly Step[] => {
    const retry = { step: 'take-back', at, op: 'retry' } as const;
    const trial = { ...retry, op: 'check' } as const;
    const again = { ...retry, at: at + random.int(0, 200) };
    return random.pick([[retry], [retry], [retry], [retry, again], [trial], [trial, again]]);
  });
};

/** Somebody posts again and again: more than is kept in a minute, or in a day; often when it would harm most. */
export const drawFlood = (
  random: Random,
  { rotationGrace }: Setup,
  [mistake]: readonly MistakeStep[],
): readonly Step[] => {
  const isHarmful = mistake !== undefined && random.chance(0.2);
  if (!isHarmful && random.chance(0.98)) return [];
  const how = random.pick(FORGERIES.filter((one) => one !== 'revoked'));
  const at = isHarmful
    ? Math.max(0, mistake.at - random.int(0, MINUTE))
    : random.pick([0, random.int(0, HOUR), rotationGrace * SECOND]);
  const source: SourceName = isHarmful ? mistake.source : random.pick(SOURCES);
  return [{ step: 'forgery', at, source, forgery: 100, how, times: random.int(5, 45) }];
};

/** Faults in what is rarely called, and deliveries that come while a source is wrong and after it. */
export const drawRarer = (
  random: Random,
  events: readonly EventStep[],
  [mistake]: readonly MistakeStep[],
  setup: Setup,
): readonly Step[] => {
  const isMistaken = mistake !== undefined;
  const isLarge = events.some(({ size, beside }) => (size ?? beside) !== undefined);
  return [
    ...(isLarge && random.chance(0.6) ? [drawRareFault(random, OBJECT_EDGES)] : []),
    ...(isLarge && random.chance(0.3) ? [drawRareOutage(random, OBJECT_EDGES, events, setup)] : []),
    ...drawForgotten(random, events, setup),
    ...(isMistaken && random.chance(0.6) ? [drawRareFault(random, [...REJECTION_EDGES, 'store'])] : []),
    ...(isMistaken && random.chance(0.15) ? [drawRareOutage(random, REJECTION_EDGES, events, setup)] : []),
    ...(mistake?.source === 'ivvy' && random.chance(0.7)
      ? [{ step: 'handshake' as const, at: mistake.at + random.int(0, mistake.lasts), token: 1 }]
      : []),
    ...(isMistaken && random.chance(0.5)
      ? [{ step: 'repeat' as const, at: random.int(HOUR, 6 * DAY), event: random.pick(events).event }]
      : []),
  ];
};

/** For longer than the SDK tries, and for a few tries of a message: from when an event comes, or just after. */
const drawRareOutage = (
  random: Random,
  edges: readonly Edge[],
  events: readonly EventStep[],
  { visibility }: Setup,
): Step =>
  outageOf(
    random.pick(edges),
    random.pick(events).at + random.pick([0, random.int(0, 1_500)]),
    random.pick([random.int(SECOND, MINUTE), random.int(1, 8) * visibility * SECOND]),
    { fate: random.pick(['fail', 'throttle', 'deny', 'lose', 'lose-answer'] as const) },
  );

/** What is large and bears the id of another one comes again when the event log has forgotten both. */
const drawForgotten = (
  random: Random,
  events: readonly EventStep[],
  { retention }: Setup,
): readonly Step[] => {
  const large = events.filter(({ idOf, size = 0 }) => idOf !== undefined && size > 9_000);
  if (large.length === 0) return [];
  const { event, at } = random.pick(large);
  return [{ step: 'repeat', at: at + retention * SECOND + random.int(HOUR, 2 * DAY), event }];
};
