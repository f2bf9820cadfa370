import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../run.ts';

/** A program that the rehearsal needs is not on this machine. */
export class MissingProgramError extends Error {
  override readonly name = 'MissingProgramError';
}

const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt');

/**
 * Makes the virtual environment that the rehearsal's Python programs run in, or finds the one of the last time.
 *
 * @param directory where it is kept.
 * @returns the directory of its programs.
 * @throws {MissingProgramError} where there is no Python 3.11, or one without `venv`.
 * @throws {ProgramError} where pip could not install what is pinned.
 */
export const virtualEnvironment = async (directory: string): Promise<string> => {
  const programs = join(directory, 'bin');
  const stamp = join(directory, 'installed.txt');
  const wanted = await readFile(REQUIREMENTS, 'utf8');
  if (
    existsSync(stamp) &&
    (await readFile(stamp, 'utf8')) === wanted &&
    (await runs(join(programs, 'python')))
  )
    return programs;

  if (!(await runs('python3')))
    throw new MissingProgramError('The rehearsal needs Python 3.11 or newer as python3');
  await rm(directory, { recursive: true, force: true });
  try {
    await run('python3', ['-m', 'venv', directory]);
  } catch (cause) {
    throw new MissingProgramError('The rehearsal needs the venv module of Python 3', { cause });
  }
  await run(join(programs, 'python'), [
    ...['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-compile'],
    ...['--require-hashes', '--requirement', REQUIREMENTS],
  ]);
  // Last, so that an installation which was broken off is begun anew.
  await writeFile(stamp, wanted);
  return programs;
};

/**
 * Looks for programs that the documents' commands call.
 *
 * @throws {MissingProgramError} where one is missing.
 */
export const findPrograms = async (names: readonly string[]): Promise<void> => {
  for (const name of names) {
    try {
      await run(name, ['--version']);
    } catch (cause) {
      throw new MissingProgramError(`The rehearsal needs ${name}`, { cause });
    }
  }
};

const runs = async (python: string): Promise<boolean> => {
  try {
    await run(python, ['-c', 'import sys; sys.exit(sys.version_info < (3, 11))']);
    return true;
  } catch {
    // Not there, or too old: for the caller it is the same.
    return false;
  }
};
