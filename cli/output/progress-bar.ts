import { Presets, SingleBar } from 'cli-progress';
import type { Output } from '../context.ts';

/** Shows progress on a terminal; shows nothing on any other output. */
export type Bar = Pick<SingleBar, 'increment' | 'stop'>;

/**
 * Starts a progress bar.
 *
 * @param out stderr, so that stdout holds the result only.
 * @param unit what is counted: `steps`.
 */
export const startBar = (out: Output, total: number, unit: string): Bar =>
  start(out, `{bar} {value}/{total} ${unit}  {eta_formatted} left`, total);

/** Starts a running count, where the total is unknown. */
export const startCounter = (out: Output, unit: string): Bar => start(out, `{value} ${unit}`, 0);

const start = (stream: Output, format: string, total: number): Bar => {
  const bar = new SingleBar({ format, stream, clearOnComplete: true }, Presets.shades_classic);
  bar.start(total, 0);
  return bar;
};
