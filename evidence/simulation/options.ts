import { parseArgs } from 'node:util';
import { errorMessage } from '../../local/support/error-message.ts';
import { MUTANTS } from './mutants.ts';

/** What `npm run simulate` was asked for. */
export interface SimulateOptions {
  readonly seeds: number;
  readonly from: number;
  /** A file with a schedule, which is run instead of any seed. */
  readonly schedule: string | undefined;
  readonly mutant: string | undefined;
  /** How many schedules to run against the local stack instead. */
  readonly local: number | undefined;
  readonly help: boolean;
}

/** An option that is none, or a value that it can't have. The message is a sentence for the user. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const HELP = `npm run simulate -- [options]

Runs the functions' code through seeded schedules of faults, in virtual time, and holds what happened against
what Gatepost promises. The first schedule that breaks a promise is cut to the steps that it takes, and printed.

  --seeds <n>        how many schedules (default: 1000)
  --from <seed>      the first seed (default: 0)
  --seed <seed>      only this one
  --schedule <file>  the schedule in this file, as it was printed
  --mutant <name>    with a mistake in the code, which is to be found; "list" names them
  --local <n>        so many schedules against the local stack, with broken connections, in real time
  --help             this

Exit code: 0 where all promises were kept, 1 where one was broken, 2 where the options were not understood.
`;

const OPTIONS = {
  seeds: { type: 'string', default: '1000' },
  from: { type: 'string', default: '0' },
  seed: { type: 'string' },
  schedule: { type: 'string' },
  mutant: { type: 'string' },
  local: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/**
 * Reads the command line.
 *
 * @throws {UsageError}
 */
export const parseOptions = (args: readonly string[]): SimulateOptions => {
  const { seeds, from, seed, schedule, mutant, local, help } = parse(args);
  if (mutant !== undefined && mutant !== 'list' && !MUTANTS.some(({ name }) => name === mutant)) {
    throw new UsageError(`--mutant must be one of those that "--mutant list" names, not "${mutant}"`);
  }
  return {
    seeds: seed === undefined ? toNumber('--seeds', seeds, 1) : 1,
    from: seed === undefined ? toNumber('--from', from, 0) : toNumber('--seed', seed, 0),
    schedule,
    mutant,
    local: local === undefined ? undefined : toNumber('--local', local, 1),
    help,
  };
};

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (cause) {
    throw new UsageError(errorMessage(cause), { cause });
  }
};

const toNumber = (option: string, text: string, least: number): number => {
  const number = Number(text);
  if (/^\d{1,9}$/.test(text) && number >= least) return number;
  throw new UsageError(`${option} must be a whole number from ${least} to 999999999, not "${text}"`);
};
