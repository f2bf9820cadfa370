import type { ListedEvent } from '../event-log/listed-event.ts';

/** A page of events, newest first. */
export interface EventPage {
  readonly events: readonly ListedEvent[];
  /** Where the next page begins; absent where nothing older is left. */
  readonly cursor?: string | undefined;
  /** Up to when was searched, where that took too long to go on: ISO 8601, UTC. */
  readonly searchedUntil?: string | undefined;
}

/** One event, with all that is known of it. */
export interface EventDetails extends ListedEvent {
  /** What is known of its state: `routed to company.fifo`. */
  readonly state: string;
  /** Its way, in the order of time. */
  readonly path: readonly Step[];
  /** Why there may be more to its way than that. */
  readonly pathNote?: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** The payload as text, or why there is none; absent where payloads are not shown. */
  readonly payload?: Payload | undefined;
}

/** A step on an event's way. */
export interface Step {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** What happened, as a sentence without its point. */
  readonly what: string;
  readonly failed?: boolean | undefined;
}

/** A payload, or why there is none. */
export type Payload = { readonly text: string } | { readonly missing: string };
