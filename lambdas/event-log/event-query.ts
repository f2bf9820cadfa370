import type { Order, Position } from './position.ts';

/** Selects events. All given criteria must match. */
export interface EventFilter {
  readonly entity?: string | undefined;
  /** Together with `entity` it uses the index by entity, if the table has it, instead of reading all events of the time. */
  readonly entityId?: string | undefined;
  /** `altoviz.contact.created` */
  readonly type?: string | undefined;
  /** Why it was not recognized, or why a rejected request was refused. */
  readonly reason?: string | undefined;
  /** Only events that were delivered more than once. */
  readonly duplicates?: boolean | undefined;
}

export interface EventQuery extends EventFilter {
  /** The names of sources, which may no longer be configured. */
  readonly sources: readonly string[];
  /** Both inclusive; as `Date.toISOString` writes them. */
  readonly since: string;
  readonly until: string;
  readonly order: Order;
  /** Only events after this position. */
  readonly after?: Position | undefined;
}
