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
  /** Which versions of the sources' secrets were read, first to last. */
  readonly secretReads: { readonly source: SourceName; readonly stage: string; readonly at: number }[];
  /** Promises that were rejected and that nobody waited for. */
  readonly unheard: string[];
  /** The bodies of deliveries of one event that the providers could have made of those of several, by source. */
  readonly genuineParts: ReadonlyMap<SourceName, Set<string>>;
  /** By message of the intake queue, {@link messageOf}: how it was handed to fan-out, first to last. */
  readonly handOvers: Map<string, HandOver[]>;
  /** The invocations of fan-out that ended. */
  readonly fanOuts: FanOutRun[];
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
      /** How many events are in it. */
      readonly count: number;
      readonly happenedAt: number;
      readonly signedWith: 'current' | 'previous' | 'keys';
    }
  | { readonly kind: 'handshake'; readonly token: string }
  | { readonly kind: 'forgery'; readonly forgery: number; readonly how: Forgery };

/** A message that the intake queue took: a delivery, or a part of one. */
export interface Stored {
  readonly at: number;
  readonly group: string;
  readonly deliveryId: string;
  readonly source: SourceName;
  /** When API Gateway received the delivery, in ms since 1970. */
  readonly receivedAt: number;
  readonly body: string;
  readonly isPart: boolean;
  /** The names of its events, in their order. */
  readonly names: readonly string[];
}

export interface Sent {
  readonly at: number;
  /** The queue's entity. */
  readonly entity: string;
  readonly group: string;
  /** The event's key. */
  readonly key: string;
  readonly deliveryId: string;
  /** The name of the event; undefined where its payload tells none. */
  readonly name: string | undefined;
  /** Why it is not understood. */
  readonly reason: string | undefined;
  /** How its message had been handed over; undefined where it never was. */
  readonly handOver: HandOver | undefined;
}

/** Fan-out was handed a message of the intake queue. */
export interface HandOver {
  readonly message: string;
  readonly deliveryId: string;
  /** The how-manieth time, from 1, over all that was moved back. */
  readonly count: number;
  /** When it was received from the intake queue, in ms since 1970. */
  readonly at: number;
  /** How much later the function was given it, in ms. */
  readonly late: number;
  /** How often it had been moved back from the dead letters. */
  readonly redriven: number;
  /** Whether a fault kept fan-out from noting, or Lambda from acknowledging, what was done with it. */
  isTroubled: boolean;
}

/** What identifies a message of the intake queue, however often it is moved. */
export const messageOf = ({
  deliveryId,
  group,
}: {
  readonly deliveryId: string;
  readonly group: string;
}): string => `${deliveryId} ${group}`;

/** An invocation of fan-out. */
export interface FanOutRun {
  readonly ending: Answer['ending'];
  /** How long it took, in ms. */
  readonly took: number;
  readonly faults: readonly string[];
  /** What it said of each message that it gave back. */
  readonly givenBack: readonly {
    readonly messageId: string;
    readonly why: 'unfinished' | 'failed' | 'unsaid';
  }[];
  /** How many events it counted whose id is that of another event. */
  readonly conflicts: number;
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
