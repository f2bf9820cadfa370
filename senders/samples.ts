import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sample, Sender } from './sender.ts';

const SAMPLES = join(import.meta.dirname, 'samples');

/** The events that have samples. */
export const sampleNames = async (provider: string): Promise<readonly string[]> => {
  const files = await readdir(join(SAMPLES, provider));
  return files
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .sort();
};

/**
 * Reads the sample of an event, or returns the handshake of that name.
 *
 * @throws {Error} where there is no such sample.
 */
export const readSample = async (sender: Sender, event: string): Promise<Sample> =>
  sender.handshakes.includes(event)
    ? { event }
    : { event, payload: await readFile(join(SAMPLES, sender.provider, `${event}.json`), 'utf8') };
