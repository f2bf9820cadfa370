import { parseArgs } from 'node:util';
import { ROWS, type RowName } from './rows/rows.ts';

/** What the bench is asked for. */
export interface BenchOptions {
  readonly rows: readonly RowName[];
  /** Rough figures, only to see that everything works. */
  readonly quick: boolean;
}

/**
 * Reads the command line.
 *
 * @throws {Error} with a sentence that says what would be right.
 */
export const readOptions = (args: readonly string[]): BenchOptions => {
  const { values } = parseArgs({
    args: [...args],
    options: { only: { type: 'string', multiple: true }, quick: { type: 'boolean', default: false } },
  });
  const all = Object.keys(ROWS) as readonly RowName[];
  const unknown = values.only?.find((name) => !Object.hasOwn(ROWS, name));
  if (unknown !== undefined) throw new Error(`there is no row "${unknown}"; there are ${all.join(', ')}`);
  return { rows: all.filter((name) => values.only?.includes(name) ?? true), quick: values.quick };
};
