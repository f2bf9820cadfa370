import { PassThrough } from 'node:stream';
import { type AddCommand, createProgram } from './program.ts';

/** The help of the program and of each command, as `--help` prints it, by name. */
export const helpTexts = (commands: readonly AddCommand[]): ReadonlyMap<string, string> => {
  const nowhere = new PassThrough();
  const program = createProgram(commands, {
    in: nowhere,
    out: nowhere,
    err: nowhere,
    env: {},
    stateDir: '',
    now: () => new Date(),
    sleep: async () => undefined,
    interrupted: new AbortController().signal,
  });
  return new Map([program, ...program.commands].map((one) => [one.name(), one.helpInformation()]));
};
