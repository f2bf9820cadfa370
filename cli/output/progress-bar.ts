import { Presets, SingleBar } from 'cli-progress';
import type { Output } from '../context.ts';

/** A progress bar; nothing where the output is no terminal. */
export interface Bar {
  /** @param by how many more are done. Default: 1. */
  increment(by?: number): void;
  /** Takes it away. */
  stop(): void;
}

/**
 * Starts a progress bar.
 *
 * @param out stderr: the result on stdout stays as it is.
 * @param total how many there are.
 * @param what they are: `steps`.
 */
export const startBar = (out: Output, total: number, what: string): Bar => {
  if (out.isTTY !== true) return { increment: () => undefined, stop: () => undefined };
  const format = `{bar} {value}/{total} ${what}  {eta_formatted} left`;
  const bar = new SingleBar({ format, stream: out, clearOnComplete: true }, Presets.shades_classic);
  bar.start(total, 0);
  return { increment: (by = 1) => bar.increment(by), stop: () => bar.stop() };
};
