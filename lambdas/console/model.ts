import type { ListedEvent } from '../event-log/listed-event.ts';

/** A page of events, newest first. */
export interface EventPage {
  readonly events: readonly ListedEvent[];
  /** The start of the next page; absent on the last page. */
  readonly cursor?: string | undefined;
  /** How far back an incomplete search has come: ISO 8601, UTC. */
  readonly searchedUntil?: string | undefined;
}

/** One event with all its details. */
export interface EventDetails extends ListedEvent {
  /** `routed to company.fifo` */
  readonly state: string;
  /** In order of time. */
  readonly path: readonly Step[];
  /** Why the path may be incomplete. */
  readonly pathNote?: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** Absent if payloads are not shown. */
  readonly payload?: Payload | undefined;
}

/** A step of an event's path. */
export interface Step {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** What happened, without a full stop. */
  readonly what: string;
  readonly failed?: boolean | undefined;
}

/** A payload, or why there is none. */
export type Payload = { readonly text: string } | { readonly missing: string };
