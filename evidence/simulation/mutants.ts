import { BODY_MUTANTS } from './mutants/bodies.ts';
import { FAN_OUT_MUTANTS } from './mutants/fan-out.ts';
import { INGEST_MUTANTS } from './mutants/ingest.ts';
import type { Mutant } from './mutants/mutant.ts';
import { REJECTED_MUTANTS } from './mutants/rejected.ts';
import { REPEAT_MUTANTS } from './mutants/repeats.ts';

/** Every mistake that the simulation has to find. */
export const MUTANTS: readonly Mutant[] = [
  ...INGEST_MUTANTS,
  ...FAN_OUT_MUTANTS,
  ...REPEAT_MUTANTS,
  ...BODY_MUTANTS,
  ...REJECTED_MUTANTS,
];

/** @throws {Error} that names those there are. */
export const mutantNamed = (name: string): Mutant => {
  const found = MUTANTS.find((mutant) => mutant.name === name);
  if (found !== undefined) return found;
  throw new Error(
    `there is no mutant "${name}"; these are: ${MUTANTS.map((mutant) => mutant.name).join(', ')}`,
  );
};
