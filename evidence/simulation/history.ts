import type { Reason } from '../../lambdas/core/rejection.ts';
import type { LogLine } from './lambda.ts';
import type { Forgery, Schedule, SourceName } from './schedule.ts';

/** What happened in a run, as somebody saw it who was everywhere: what the promise is held against. */
export interface History {
  readonly schedule: Schedule;
  /** What ingest answered, first to last. */
  readonly answers: Answer[];
  /** What the intake queue took as new, first to last; not what was moved back from its dead letters. */
  readonly stored: Stored[];
  /** What the entity queues took as new, first to last. */
  readonly sent: Sent[];
  /** The events that fan-out claimed for the first time, or anew after they were forgotten. */
  readonly claims: Claim[];
  /** By the tokens that SNS gave out: how often the SubscribeURL was asked for, and whether that confirmed it. */
  readonly confirmations: Map<string, { asked: number; confirmed: number }>;
  /** The bodies that the providers made and signed for us, by source. */
  readonly genuine: ReadonlyMap<SourceName, Set<string>>;
  /** The tokens whose SubscribeURL was asked for though SNS gave none of them out. */
  readonly strayConfirmations: string[];
  /** Promises that were rejected and that nobody waited for. */
  readonly unheard: string[];
  /** What fan-out said of each message that it could not do. */
  readonly fanOutFailures: { readonly messageId: string; readonly isExplained: boolean }[];
  /** Whether everything came to an end. */
  hasEnded: boolean;
}

/** What ingest made of a request. */
export interface Answer {
  readonly source: SourceName;
  readonly request: Request;
  /** ms since 1970. */
  readonly receivedAt: number;
  readonly at: number;
  readonly ending: 'answered' | 'threw' | 'died' | 'timed-out';
  /** The handler's own answer; a process that ended gives none. */
  readonly status: number | undefined;
  readonly outcome: string | undefined;
  readonly deliveryId: string | undefined;
  readonly lines: readonly LogLine[];
  /** The faults that befell this invocation's calls. */
  readonly faults: readonly string[];
  /** Whether its process may have remembered a fault of before. */
  readonly remembersFault: boolean;
  /** How far its clock was ahead, in ms. */
  readonly skew: number;
  /** When the secret last changed that it has to know of, in ms since 1970. */
  readonly rotatedAt: number;
}

/** Who posted, and what. */
export type Request =
  | {
      readonly kind: 'event';
      readonly event: number;
      readonly happenedAt: number;
      readonly signedWith: 'current' | 'previous' | 'keys';
    }
  | { readonly kind: 'handshake'; readonly token: string }
  | { readonly kind: 'forgery'; readonly forgery: number; readonly how: Forgery };

export interface Stored {
  readonly at: number;
  readonly group: string;
  readonly deliveryId: string;
  readonly source: SourceName;
  readonly body: string;
}

export interface Sent {
  readonly at: number;
  /** The queue's entity. */
  readonly entity: string;
  readonly group: string;
  /** The event's key. */
  readonly key: string;
  readonly deliveryId: string;
  /** The number of the event; undefined where its payload names none. */
  readonly event: number | undefined;
  /** How its delivery had been handed over; undefined where it never was. */
  readonly handOver: HandOver | undefined;
}

/** Fan-out was handed a delivery. */
export interface HandOver {
  /** The how-manieth time, from 1, over all that was moved back. */
  readonly count: number;
  /** When it was received from the intake queue, in ms since 1970. */
  readonly at: number;
  /** How much later the function was given it, in ms. */
  readonly late: number;
  /** How often it had been moved back from the dead letters. */
  readonly redriven: number;
}

export interface Claim {
  readonly at: number;
  readonly key: string;
  readonly deliveryId: string;
}

/** The line that says what became of a request. */
export const lineOf = (lines: readonly LogLine[]): LogLine | undefined =>
  lines.find(({ fields }) => fields.outcome !== undefined);

/** The reason that the line gives, where it is one of a rejection. */
export const reasonOf = (lines: readonly LogLine[]): Reason | undefined =>
  lineOf(lines)?.fields.reason as Reason | undefined;
