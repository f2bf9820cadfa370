import type { Order, Position } from './position.ts';

/** By what a list of events is chosen. All that is given must fit. */
export interface EventFilter {
  readonly entity?: string | undefined;
  /** Together with `entity`: looked up in the index by entity, instead of going through everything that came. */
  readonly entityId?: string | undefined;
  /** `altoviz.contact.created` */
  readonly type?: string | undefined;
  /** Only those that were delivered more than once. Default: all. */
  readonly duplicates?: boolean | undefined;
}

/** A list of events. */
export interface EventQuery extends EventFilter {
  /** The names of the sources that they came to. One that isn't configured any more still has its events. */
  readonly sources: readonly string[];
  /** From when to when, both included; ISO 8601, UTC, with milliseconds, as `Date.toISOString` writes it. */
  readonly since: string;
  readonly until: string;
  readonly order: Order;
  /** Only what stands behind that place in the list. */
  readonly after?: Position | undefined;
}
