import type { Reason } from '../../lambdas/core/rejection.ts';
import type { Retrial } from '../../lambdas/rejected/retry.ts';
import type { LogLine } from './lambda.ts';
import type { Edge, Forgery, Schedule, SourceName } from './schedule.ts';

/** What happened in a run, as somebody saw it who was everywhere: what the promise is held against. */
export interface History {
  readonly schedule: Schedule;
  /** What ingest answered, first to last. */
  readonly answers: Answer[];
  /** What the intake queue took as new, first to last; not what was moved back from its dead letters. */
  readonly stored: Stored[];
  /** What the entity queues took as new, first to last. */
  readonly sent: Sent[];
  /** What arrived in the queues of consumers, by the consumer's name. */
  readonly sentTo: ReadonlyMap<string, Sent[]>;
  /** The edge that `sent` came over. */
  readonly sentOver: Edge;
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
  /** Everything that arrived in ingest, first to last. */
  readonly posts: Post[];
  /** What an event may have as its data: what the providers signed, each as JSON. */
  readonly told: Set<string>;
  /** By whom, and to what, was referred: a message of intake, one of an entity's queue, an item. */
  readonly references: Reference[];
  /** The keys of objects that were written anew with another content. */
  readonly overwritten: string[];
  /** What ingest handed over to be kept, by its id. */
  readonly rejections: Map<string, HandedRejection>;
  /** How many of the quota of a source's day and kind are taken, by the key of what counts them. */
  readonly quotas: Map<string, number>;
  /** The calls of the function that checks again. */
  readonly retrials: RetryRun[];
  /** Whether everything came to an end. */
  hasEnded: boolean;
}

/** A request, and when it was received. */
export interface Post {
  readonly source: SourceName;
  /** ms since 1970. */
  readonly receivedAt: number;
  readonly request: Request;
}

/** Something refers to an object. */
export interface Reference {
  readonly by: 'intake' | 'event' | 'event-log' | 'rejection';
  readonly key: string;
  /** What it is of: a delivery's id, or an event's key. */
  readonly of: string;
  /** Whether the object was there. */
  readonly isThere: boolean;
  /** How many events it tells of. */
  readonly tells: number;
}

/** A rejected delivery that the queue took. */
export interface HandedRejection {
  readonly id: string;
  readonly source: SourceName;
  readonly reason: Reason;
  readonly isSigned: boolean;
  /** ms since 1970. */
  readonly receivedAt: number;
  /** Which events its body tells of. */
  readonly names: readonly string[];
  /** The token of a handshake. */
  readonly token: string | undefined;
  /** All that is kept of it, but for its body. */
  readonly text: string;
  /** How often the function that keeps was handed it. */
  tries: number;
  /** Whether it may be counted twice: the function ended in the middle of its batch, or a call took effect after its end. */
  isCountedAgain: boolean;
  /** What it made of it, in the end. */
  keeping: string | undefined;
  /** Whether it is in the table. */
  isKept: boolean;
}

/** An invocation of the function that checks again. */
export interface RetryRun {
  readonly op: 'check' | 'retry';
  readonly ids: readonly string[];
  /** ms since 1970. */
  readonly from: number;
  to: number;
  ending: Answer['ending'];
  readonly faults: readonly string[];
  /** Whether its process may have remembered a fault of before. */
  readonly remembersFault: boolean;
  /** Undefined where it gave no answer. */
  retrials: readonly Retrial[] | undefined;
  /** The deliveries that it stored, as intake took them. */
  readonly stored: Stored[];
  /** Which of each source's secrets was the current one when it began. */
  readonly generations: ReadonlyMap<SourceName, number | undefined>;
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
  /** The process that it ran in. */
  readonly machine: object;
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
      /** Which of the source's secrets, from 1. */
      readonly generation: number;
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
  /** The id of the rejected delivery that it was, where it was one. */
  readonly retryOf: string | undefined;
}

export interface Sent {
  readonly at: number;
  readonly entity: string;
  /** Whether it lies in the dead letters of a consumer, whose queue refused it for good. */
  readonly isDead: boolean;
  readonly group: string;
  /** The event's key. */
  readonly key: string;
  readonly deliveryId: string;
  /** The name of the event; undefined where its payload tells none. */
  readonly name: string | undefined;
  /** Why it is not understood. */
  readonly reason: string | undefined;
  /** What it has as its data: JSON, or text. */
  readonly content: string;
  /** The key of the object that it refers to. */
  readonly refersTo: string | undefined;
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
  /** The keys of the events that were sent in the same invocation, whether SQS took them as new or not. */
  readonly sent: Set<string>;
  /** The faults that kept fan-out from noting, or Lambda from acknowledging, what was done with it. */
  readonly troubles: string[];
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
  /** For each event that it sent, how long after its delivery was accepted it says that was, in ms. */
  readonly lags: readonly { readonly deliveryId: string; readonly lagMs: number; readonly at: number }[];
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
