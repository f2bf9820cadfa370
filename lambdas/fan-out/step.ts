import type { Delivery } from '../core/delivery.ts';
import type { Claim } from '../event-log/claim.ts';
import type { InterpretedEvent } from '../events/interpretation.ts';

/** A delivery from the intake queue, with its events. */
export interface ReceivedDelivery {
  /** The id of its SQS message. */
  readonly messageId: string;
  readonly group: string;
  /** How often the message was received, this time included. */
  readonly tries: number;
  readonly delivery: Delivery;
  readonly events: readonly InterpretedEvent[];
  /** Only if its body could not be read: why. */
  readonly unread?: { readonly cause: unknown };
  /** A part of the delivery, with these of its events. */
  part(events: readonly InterpretedEvent[]): Delivery;
}

/** An event that is to be dealt with, and the delivery it is of. */
export interface Step {
  readonly message: ReceivedDelivery;
  readonly event: InterpretedEvent;
}

/** The claims that were made, and that failed. */
export type Claims = Map<Step, Claimed | Failure>;

export interface Claimed extends Claim {
  /** The error with which DynamoDB or SQS refused the event for good: it is sent elsewhere. */
  readonly refusal?: unknown;
}

/** Why an event was not dealt with. */
export class Failure {
  readonly cause: unknown;
  constructor(cause: unknown) {
    this.cause = cause;
  }
}

export type Filled<T> = readonly [T, ...T[]];

export const isFilled = <T>(list: readonly T[]): list is Filled<T> => list.length > 0;
