import { PassThrough } from 'node:stream';
import type { Command } from 'commander';
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
  return new Map(
    [program, ...program.commands.flatMap((one) => [one, ...one.commands])].map((one) => [
      fullName(one, program),
      one.helpInformation(),
    ]),
  );
};

/** `rejected retry`, of a command within another. */
const fullName = (command: Command, program: Command): string =>
  command.parent === null || command.parent === program
    ? command.name()
    : `${command.parent.name()} ${command.name()}`;
