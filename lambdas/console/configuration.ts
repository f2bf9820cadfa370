import type { RoutingTable } from '../core/routing-table.ts';
import type { Source } from '../core/source.ts';

/** A file in the bundles of the console's functions. */
export const CONFIGURATION_FILE = 'configuration.json';

/** The content of that file, which would be too large for the environment. */
export interface Configuration {
  readonly sources: readonly Source[];
  /** Which queues get which events. */
  readonly routing: RoutingTable;
}
