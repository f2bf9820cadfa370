import type { Source } from '../core/source.ts';

/** The name of the file that lies beside the code of the console's functions. */
export const CONFIGURATION_FILE = 'configuration.json';

/** What is in it: the part of the stack that would be too long for an environment. */
export interface Configuration {
  /** The sources as they are configured today. */
  readonly sources: readonly Source[];
  /** The types of things that have a queue; the last one is `unrecognized`. */
  readonly entities: readonly string[];
}
