import { read } from 'read';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';

/**
 * Asks for confirmation.
 *
 * @param yes confirmed on the command line: `--yes`.
 * @throws {CliError} with exit code `pending` where it wasn't confirmed, or the input is no terminal.
 */
export const confirm = async (context: Context, yes: boolean, question: string): Promise<void> => {
  if (yes) return;
  if (!isAskable(context)) throw new CliError('pending', 'Nothing was changed.', 'Add --yes to confirm.');
  const answer = await ask(context, { prompt: `${question} [y/N]` });
  if (/^y(es)?$/i.test(answer.trim())) return;
  throw new CliError('pending', 'Nothing was changed.');
};

/** Asks for a value that is not shown while it is typed. */
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
 * Asks on stderr, so that stdout holds the result only.
 *
 * @throws {CliError} on Ctrl-C or Ctrl-D.
 */
const ask = async (context: Context, question: Question): Promise<string> => {
  const left = new Promise<never>((_, reject) => {
    // The input pauses after an answer too; then the answer wins the race.
    context.in.once('pause', () => setImmediate(() => reject(new Error('canceled'))));
  });
  try {
    const answer = read({ ...question, input: context.in, output: context.err, terminal: true });
    return await Promise.race([answer, left]);
  } catch (cause) {
    throw new CliError('interrupted', '\nNothing was changed.', undefined, { cause });
  }
};
