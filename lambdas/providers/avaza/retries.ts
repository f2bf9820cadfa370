import type { Retries } from '../provider.ts';

const MINUTE = 60;

/**
 * Avaza retries up to 13 times, after about 10, 30, 90 and 190 minutes and then after longer, undocumented gaps.
 *
 * @see https://www.avaza.com/avaza-api-webhook-notifications/
 */
export const avazaRetries: Retries = {
  gaps: [...[10 * MINUTE, 30 * MINUTE, 90 * MINUTE, 190 * MINUTE], ...Array<number>(9).fill(190 * MINUTE)],
  longest: undefined,
};
