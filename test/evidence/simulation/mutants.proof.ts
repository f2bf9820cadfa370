import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { MUTANTS } from '../../../evidence/simulation/mutants.ts';
import { type Simulation, startSimulation } from '../../../evidence/simulation/simulation.ts';

// A simulation that finds nothing proves something only if it would have found it.

/** CI tries a sample: all of them take five minutes. */
const EVERY = process.env.GATEPOST_PROVE === 'sample' ? 5 : 1;

jest.setTimeout(180_000);

let simulation: Simulation;
beforeAll(() => {
  simulation = startSimulation();
});
afterAll(async () => {
  await simulation[Symbol.asyncDispose]();
});

test.each(MUTANTS.filter((_, index) => index % EVERY === 0).map(({ name }) => name))(
  'a mistake is found within 1,000 schedules: %s',
  async (mutant) => {
    const { failure } = await simulation.runSeeds({ from: 0, seeds: 1_000, mutant });
    expect(failure?.broken).toEqual(expect.arrayContaining([expect.any(String)]));
  },
);
