import type { Source } from '../core/source.ts';

/** A file in the bundle of the function that checks rejected requests again. */
export const REJECTED_CONFIGURATION_FILE = 'rejected.json';

/** The content of that file, which would be too large for the environment. */
export interface RejectedConfiguration {
  readonly sources: readonly Source[];
}
