import type { Delivery } from '../core/delivery.ts';
import { digest } from '../core/digest.ts';
import { UNRECOGNIZED } from '../core/entity.ts';
import type { GatepostEvent } from './event.ts';

/**
 * The message group of an event: its entity, whose events stay in order. An unrecognized event is its own group. Hashed,
 * because SQS limits length and characters, and an entity's id is untrusted text.
 */
export const groupOf = ({ id, source, entity, subject }: GatepostEvent): string =>
  digest(source, entity, subject ?? (entity === UNRECOGNIZED ? id : ''));

/** The message group of a delivery in the intake queue: that of its event, or else one of its own. */
export const intakeGroupOf = (event: GatepostEvent | undefined, { body }: Delivery): string =>
  event === undefined ? digest(body) : groupOf(event);
