import type { Delivery } from '../../../lambdas/core/delivery.ts';
import { digest } from '../../../lambdas/core/digest.ts';
import { type JsonValue, writeCanonical } from '../../../lambdas/core/json.ts';
import type { Claim, EventClaims } from '../../../lambdas/event-log/claim.ts';
import type { GatepostEvent } from '../../../lambdas/events/event.ts';
import type { InterpretedEvent } from '../../../lambdas/events/interpretation.ts';
import type { Deadline } from '../../../lambdas/fan-out/deadline.ts';

/** An event as interpreting a delivery gives it: what it says is its `data`. */
export const interpreted = (
  event: GatepostEvent,
  over: Partial<Omit<InterpretedEvent, 'event'>> = {},
): InterpretedEvent => ({
  event,
  number: 0,
  content: () => digest(writeCanonical((event.data ?? null) as JsonValue)),
  ...over,
});

/** Nothing aborts the call. */
export const endless = (): AbortSignal => new AbortController().signal;

/** There is time for everything. */
export const endlessDeadline = (): Deadline => ({
  work: endless(),
  allowsWork: () => true,
  note: endless,
});

/** Claims an event as fan-out does. */
export const claimEvent = (
  log: EventClaims,
  event: GatepostEvent | InterpretedEvent,
  delivery: Delivery,
): Promise<Claim> => log.claim('event' in event ? event : interpreted(event), delivery, endless());
