import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Chance that is the same for the same seed, on every machine. */
export interface Random {
  /** A whole number, both ends included. */
  int(min: number, max: number): number;
  /** True in that share of cases: 0 to 1. */
  chance(share: number): boolean;
  /** @throws {Error} where there is nothing to choose from. */
  pick<T>(list: readonly T[]): T;
}

export const randomOf = (seed: number): Random => {
  const generator = xoroshiro128plus(seed);
  const int = (min: number, max: number) => uniformInt(generator, min, max);
  return {
    int,
    chance: (share) => int(0, 999_999) < share * 1_000_000,
    pick: (list) => {
      const picked = list[int(0, list.length - 1)];
      if (picked === undefined) throw new Error('there is nothing to choose from');
      return picked;
    },
  };
};

/** A number from 0 to 1, the same for the same numbers: what is chance, but must not depend on what came before. */
export const scatter = (...numbers: readonly number[]): number => {
  let mixed = 0x9e3779b9;
  for (const number of numbers) {
    mixed = Math.imul(mixed ^ number, 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    mixed ^= mixed >>> 16;
  }
  return (mixed >>> 0) / 0x1_0000_0000;
};
