import type { Contender } from './contender.ts';
import type { Slice } from './slice.ts';

/** How contenders take turns. */
export interface Turns {
  /** How often a contender calls its handler before anything counts. */
  readonly warmUp: number;
  /** How many turns each has. */
  readonly rounds: number;
  /** How often it calls its handler in a turn. */
  readonly calls: number;
}

/**
 * Lets contenders run in turns, A B A B …, never at the same time: what else the machine does meanwhile hits all of them
 * alike.
 *
 * @returns for each contender a slice a turn.
 */
export const takeTurns = async (
  contenders: readonly Contender[],
  { warmUp, rounds, calls }: Turns,
): Promise<readonly (readonly Slice[])[]> => {
  for (const contender of contenders) await contender.run(warmUp);
  const slices: Slice[][] = contenders.map(() => []);
  for (let round = 0; round < rounds; round++) {
    // Who goes first alternates as well.
    const order = [...contenders.keys()];
    if (round % 2 === 1) order.reverse();
    for (const index of order) slices[index]?.push(await (contenders[index] as Contender).run(calls));
  }
  return slices;
};
