import { SingleBar } from 'cli-progress';
import type { Output } from '../context.ts';
import type { Bar } from './progress-bar.ts';

/**
 * Shows a running count where the total is unknown; shows nothing where the output is no terminal.
 *
 * @param out stderr: the result on stdout stays as it is.
 * @param what is counted: `events looked at`.
 */
export const startCounter = (out: Output, what: string): Bar => {
  if (out.isTTY !== true) return { increment: () => undefined, stop: () => undefined };
  const bar = new SingleBar({ format: `{value} ${what}`, stream: out, clearOnComplete: true });
  bar.start(0, 0);
  return { increment: (by = 1) => bar.increment(by), stop: () => bar.stop() };
};
