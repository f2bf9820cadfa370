import type { Source } from '../core/source.ts';

/** A file in the bundles of the console's functions. */
export const CONFIGURATION_FILE = 'configuration.json';

/** The content of that file, which would be too large for the environment. */
export interface Configuration {
  readonly sources: readonly Source[];
  /** The entities with a queue; the last one is `unrecognized`. */
  readonly entities: readonly string[];
}
