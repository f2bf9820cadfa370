import { HistoryError } from '../../lambdas/event-log/event-log-error.ts';
import { ReplayError } from '../../lambdas/replay/replay-error.ts';
import { CliError } from '../cli-error.ts';

/**
 * Does the work, and turns errors of the environment, such as a missing index, a missing permission or an unreachable
 * network, into a message for the user.
 */
export const explained = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof HistoryError || error instanceof ReplayError)
      throw new CliError('failed', error.message, undefined, { cause: error });
    const why = refusal(error);
    if (why === undefined) throw error;
    throw new CliError('failed', `AWS refused the request (${why})`, undefined, { cause: error });
  }
};

/** What AWS said, or the network; undefined where it is neither. */
const refusal = (error: unknown): string | undefined => {
  if (!Error.isError(error)) return undefined;
  if ('code' in error && error.code === 'ECONNREFUSED') return error.code;
  return '$metadata' in error ? `${error.name}: ${error.message}` : undefined;
};
