import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** A program that ended with another exit code than 0. */
export class ProgramError extends Error {
  override readonly name = 'ProgramError';
  readonly exitCode: number | null;
  /** What it printed, to both streams. */
  readonly output: string;

  constructor(command: string, exitCode: number | null, output: string) {
    super(`${command} ended with exit code ${exitCode}`);
    this.exitCode = exitCode;
    this.output = output;
  }
}

/**
 * Runs a program to its end.
 *
 * @returns what it printed to the standard output.
 * @throws {ProgramError}
 */
export const run = async (command: string, args: readonly string[]): Promise<string> => {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  // Whatever ends this process, the program is not to outlive it.
  const kill = (): void => void child.kill();
  process.once('exit', kill);
  const [[exitCode], out, err] = await Promise.all([
    once(child, 'close') as Promise<[number | null]>,
    text(child.stdout),
    text(child.stderr),
  ]).finally(() => process.off('exit', kill));
  if (exitCode !== 0) throw new ProgramError(`${command} ${args.join(' ')}`, exitCode, `${out}${err}`.trim());
  return out;
};
