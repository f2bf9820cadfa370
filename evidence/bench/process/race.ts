import { type Contender, type ContenderOptions, startContender } from './contender.ts';
import type { Slice } from './slice.ts';

/** How a race goes. */
export interface Course {
  /** How often it is run, each time by fresh processes. */
  readonly heats: number;
  /** How often a contender calls its handler before anything counts. */
  readonly warmUp: number;
  /** How many turns each has in a heat. */
  readonly rounds: number;
  /** How often it calls its handler in a turn. */
  readonly calls: number;
}

/**
 * Lets contenders run in turns, A B B A …, never at the same time: what else the machine does meanwhile hits all of them
 * alike. Since two processes of the same program may differ by a tenth for as long as they live, there are several heats.
 *
 * @returns for each contender a slice a turn.
 */
export const race = async (
  contenders: readonly ContenderOptions[],
  { heats, ...course }: Course,
): Promise<readonly (readonly Slice[])[]> => {
  const slices: Slice[][] = contenders.map(() => []);
  for (let heat = 0; heat < heats; heat++) {
    const running: Contender[] = [];
    try {
      for (const contender of contenders) running.push(await startContender(contender));
      await runHeat(running, slices, course);
    } finally {
      for (const contender of running) await contender.stop();
    }
  }
  return slices;
};

const runHeat = async (
  running: readonly Contender[],
  slices: readonly Slice[][],
  { warmUp, rounds, calls }: Omit<Course, 'heats'>,
): Promise<void> => {
  for (const contender of running) await contender.run(warmUp);
  for (let round = 0; round < rounds; round++) {
    const order = [...running.keys()];
    // Who goes first alternates as well.
    if (round % 2 === 1) order.reverse();
    for (const index of order) slices[index]?.push(await (running[index] as Contender).run(calls));
  }
};
