import crypto from 'node:crypto';
import { createCalls } from './calls.ts';
import { createClock, installClock } from './clock.ts';
import { faultsOf } from './faults.ts';
import type { History } from './history.ts';
import { installOutside } from './outside.ts';
import { createPlayers } from './play.ts';
import { type Schedule, SOURCES } from './schedule.ts';
import { createSecrets } from './secrets.ts';
import { CONSUMERS, createStack } from './stack.ts';
import type { World } from './world.ts';

/**
 * Runs a schedule to its end: all tries of the providers, all of fan-out's, and at last whatever lies in the dead letters.
 * Takes over the process' clock and connections, so never two at the same time.
 */
export const runSchedule = async (schedule: Schedule): Promise<History> => {
  const clock = createClock();
  const faults = faultsOf(schedule.steps);
  const history: History = {
    schedule,
    answers: [],
    stored: [],
    sent: [],
    sentTo: new Map(schedule.setup.consumers ? CONSUMERS.map(({ name }) => [name, []]) : []),
    sentOver: 'SendMessageBatch',
    claims: [],
    confirmations: new Map(),
    strayConfirmations: [],
    genuine: new Map(SOURCES.map((source) => [source, new Set<string>()])),
    genuineParts: new Map(SOURCES.map((source) => [source, new Set<string>()])),
    secretReads: [],
    unheard: [],
    handOvers: new Map(),
    fanOuts: [],
    posts: [],
    told: new Set(),
    references: [],
    overwritten: [],
    rejections: new Map(),
    quotas: new Map(),
    retrials: [],
    hasEnded: false,
  };
  const world: World = {
    schedule,
    clock,
    faults,
    calls: createCalls(clock, faults, schedule.seed, schedule.setup.slowness),
    history,
    skews: new Map(),
  };

  const restore = new DisposableStack();
  restore.defer(installClock(clock));
  restore.defer(installIds());
  const unheard = (error: unknown): void => void history.unheard.push(String(error));
  process.on('unhandledRejection', unheard);
  restore.defer(() => void process.off('unhandledRejection', unheard));
  try {
    const secrets = createSecrets(world);
    const stack = createStack(world, secrets);
    const players = createPlayers(world, stack, secrets);
    restore.defer(installOutside(world.calls, players.hostAt));
    for (const step of schedule.steps) if ('at' in step) clock.after(step.at, () => players.play(step));

    history.hasEnded = await clock.run();
    // Somebody looks at the dead letters in the end, by then the faults are over.
    for (let times = 0; times < MAX_REDRIVES && history.hasEnded && !stack.intake.isEmpty(); times++) {
      stack.redrive();
      history.hasEnded = await clock.run();
    }
    history.hasEnded &&= stack.intake.isEmpty() && stack.isIdle();
    return history;
  } finally {
    restore.dispose();
  }
};

/** Of a delivery that takes many tries, each brings it further. */
const MAX_REDRIVES = 20;

/** Numbers instead of chance: the same schedule gives the same history, to the last id. */
const installIds = (): (() => void) => {
  const { randomUUID } = crypto;
  let ids = 0;
  crypto.randomUUID = () => `00000000-0000-4000-9000-${String(++ids).padStart(12, '0')}`;
  return () => {
    crypto.randomUUID = randomUUID;
  };
};
