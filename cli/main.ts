import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EXIT_CODES, type ExitCode } from './cli-error.ts';
import { commands } from './commands/index.ts';
import type { History } from './history.ts';
import { run } from './program.ts';

/**
 * Runs the command `gatepost` in this process.
 *
 * @param args without the program's own name.
 */
export const main = async (args: readonly string[]): Promise<ExitCode> => {
  const interruption = new AbortController();
  process.on('SIGINT', () => {
    // The second signal ends the process at once.
    if (interruption.signal.aborted) process.exit(EXIT_CODES.interrupted);
    interruption.abort();
  });
  // The reader of the output may close the pipe: `gatepost events | head`.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT_CODES.done);
    throw error;
  });
  return await run(args, commands, {
    in: process.stdin,
    out: process.stdout,
    err: process.stderr,
    env: process.env,
    stateDir: join(import.meta.dirname, '..', '.gatepost'),
    now: () => new Date(),
    sleep: (ms) => sleep(ms, undefined, { signal: interruption.signal }),
    interrupted: interruption.signal,
    history,
  });
};

/** Imported on demand: the SDK is slow to load. */
const history: History = {
  ofSource: async (...args) => {
    const { eventLogHistory } = await import('./events/event-log-history.ts');
    return await eventLogHistory.ofSource(...args);
  },
};
