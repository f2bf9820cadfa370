import * as rejection from '../../lambdas/core/rejection.ts';
import { drawSchedule } from './draw.ts';
import type { History } from './history.ts';
import * as observe from './observe.ts';
import { provideLoaders } from './own-memory.ts';
import { brokenPromises } from './promise.ts';
import { runSchedule } from './run.ts';
import type { Schedule } from './schedule.ts';
import { shrink } from './shrink.ts';

/** A schedule under which a promise was broken. */
export interface Failure {
  readonly schedule: Schedule;
  /** What was broken, in sentences. */
  readonly broken: readonly string[];
}

/** What is bundled together with the functions' code. */
export interface Simulator {
  drawSchedule(seed: number): Schedule;
  /** @returns what happened. */
  run(schedule: Schedule): Promise<History>;
  /** @returns undefined where all promises were kept. */
  check(schedule: Schedule): Promise<Failure | undefined>;
  /** The shortest schedule under which a promise is still broken. */
  shorten(failure: Failure): Promise<Failure>;
}

const check: Simulator['check'] = async (schedule) => {
  const broken = brokenPromises(await runSchedule(schedule));
  return broken.length === 0 ? undefined : { schedule, broken };
};

/** For whoever loads this: what he has to provide, and what a file that is loaded anew has to share with the others. */
export { observe, provideLoaders, rejection };

export const simulator: Simulator = {
  drawSchedule,
  run: runSchedule,
  check,
  shorten: async ({ schedule }) => {
    const shortest = await shrink(schedule, async (shorter) => (await check(shorter)) !== undefined);
    const failure = await check(shortest);
    if (failure === undefined) throw new Error('the same schedule once failed and once did not');
    return failure;
  },
};
