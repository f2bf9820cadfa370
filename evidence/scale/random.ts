import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Pseudo-random numbers from 0 to below 1, the same for the same seed. */
export const seeded = (seed: number): (() => number) => {
  const generator = xoroshiro128plus(seed);
  return () => uniformFloat64(generator);
};

/** A time until something happens that is as likely at any moment; of that mean. */
export const exponential = (random: () => number, mean: number): number => -mean * Math.log(1 - random());
