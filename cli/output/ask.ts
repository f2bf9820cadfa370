import { read } from 'read';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';

/**
 * Has what was shown agreed to.
 *
 * @param yes whether it was agreed to on the command line: `--yes`.
 * @throws {CliError} with exit code `pending` where it wasn't confirmed, or the input is no terminal.
 */
export const agree = async (context: Context, yes: boolean, question: string): Promise<void> => {
  if (yes) return;
  if (!isAskable(context)) throw new CliError('pending', 'Nothing was changed.', 'Add --yes to confirm.');
  const answer = await ask(context, { prompt: `${question} [y/N]` });
  if (/^y(es)?$/i.test(answer.trim())) return;
  throw new CliError('pending', 'Nothing was changed.');
};

/** Asks for something that is not shown while it is typed. */
export const askHidden = async (context: Context, prompt: string): Promise<string> =>
  await ask(context, { prompt, silent: true, replace: '*' });

/** Whether the user can be asked: input and stderr are terminals, and --json was not given. */
export const isAskable = (context: Context): boolean =>
  !context.json && context.in.isTTY === true && context.err.isTTY === true;

interface Question {
  readonly prompt: string;
  readonly silent?: boolean;
  readonly replace?: string;
}

/**
 * Asks on stderr: the result on stdout stays as it is.
 *
 * @throws {CliError} where Ctrl-C or Ctrl-D comes for an answer.
 */
const ask = async (context: Context, question: Question): Promise<string> => {
  const left = new Promise<never>((_, reject) => {
    // An answer lets go of the input as well, and is then the first.
    context.in.once('pause', () => setImmediate(() => reject(new Error('canceled'))));
  });
  try {
    const answer = read({ ...question, input: context.in, output: context.err, terminal: true });
    return await Promise.race([answer, left]);
  } catch (cause) {
    throw new CliError('interrupted', '\nNothing was changed.', undefined, { cause });
  }
};
