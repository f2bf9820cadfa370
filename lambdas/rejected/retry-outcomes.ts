import type { RetryOutcome } from '../event-log/stored-rejection.ts';

/** What came of the last try, as lists of rejected deliveries say it. */
export const RETRY_OUTCOMES: Readonly<Record<RetryOutcome, string>> = {
  stored: 'taken back',
  confirmed: 'confirmed later',
  'nothing-to-store': 'genuine, nothing to store',
  refused: 'refused again',
};
