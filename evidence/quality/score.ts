/** A small change to the core, and what became of it. */
export interface Mutant {
  /** From the top of the repository. */
  readonly path: string;
  readonly line: number;
  /** What stands there, and what stood there instead. */
  readonly original: string;
  readonly replacement: string;
  /** Stryker's word for the kind of change. */
  readonly mutatorName: string;
  readonly status: string;
}

/** The mutants of a part of the core. */
export interface PartResult {
  readonly part: string;
  readonly mutants: readonly Mutant[];
}

/** The score below which `npm run mutation` fails, in percent. */
export const LEAST_SCORE = 90;

/** How many mutants there were that could run, by what became of them. */
export interface Counts {
  readonly killed: number;
  readonly timedOut: number;
  readonly survived: number;
  readonly uncovered: number;
}

export const countsOf = (mutants: readonly Mutant[]): Counts => {
  const count = (wanted: string) => mutants.filter(({ status }) => status === wanted).length;
  return {
    killed: count('Killed'),
    timedOut: count('Timeout'),
    survived: count('Survived'),
    uncovered: count('NoCoverage'),
  };
};

/** How many of the mutants a test noticed, in percent. One that ends in a loop is noticed by its time. */
export const scoreOf = (mutants: readonly Mutant[]): number => {
  const { killed, timedOut, survived, uncovered } = countsOf(mutants);
  const noticed = killed + timedOut;
  return (100 * noticed) / (noticed + survived + uncovered);
};
