import type { Retries } from '../provider.ts';

const HOUR = 60 * 60;

/**
 * Ivy retries 15 times. It documents the gaps before the first six retries and before the last, about 54 hours.
 *
 * @see https://docs.getivy.de/webhook-getting-started/introduction
 */
export const ivyRetries: Retries = {
  gaps: [...[30, 22, 140, 541, 1426, 3200], ...Array<number>(8).fill(3200), 54 * HOUR],
  longest: undefined,
};
