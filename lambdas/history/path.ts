import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { StoredEvent } from '../event-log/find-event.ts';
import { type FoundLines, findLines, type LogLine, type Span } from './log-lines.ts';

/** A step of an event, from a function's log line. */
export type Stage = Accepted | Routed | Duplicate | Failed;

/** A delivery was verified, stored and answered. */
export interface Accepted {
  readonly stage: 'accepted';
  readonly at: Date;
  readonly deliveryId: string;
  /** Receipt to verdict, in ms. */
  readonly verifyMs?: number;
  /** Receipt to answer, in ms. */
  readonly answerMs?: number;
}

/** The event, or a replay of it, was sent to its queue. */
export interface Routed {
  readonly stage: 'routed';
  readonly at: Date;
  readonly deliveryId: string;
  /** The event's key, or that of the replay. */
  readonly key: string;
  readonly entity: string;
  /** The queues that it was sent to, by name without the prefix and `.fifo`. Before there were consumers: that of the entity. */
  readonly sentTo: readonly string[];
  /** Why it was not recognized. */
  readonly reason?: string;
  /** From receipt or replay to queue, in ms. */
  readonly lagMs?: number;
  /** The key of the replayed event. */
  readonly replayOf?: string;
}

/** A further delivery was received and not routed. */
export interface Duplicate {
  readonly stage: 'duplicate';
  readonly at: Date;
  readonly deliveryId: string;
  readonly key: string;
  readonly lagMs?: number;
}

/** Fan-out failed on the delivery and returned it to the intake queue. */
export interface Failed {
  readonly stage: 'failed';
  readonly at: Date;
  readonly deliveryId: string;
  /** The error's name, code and stack frames, as logged. */
  readonly cause: unknown;
}

export interface StageLogs {
  readonly logs: CloudWatchLogsClient;
  /** The log group of the source's ingest function; absent if the source is no longer configured. */
  readonly ingest?: string | undefined;
  /** The log group of fan-out. */
  readonly fanOut: string;
}

/** The path of an event through the stages, as found in the logs. */
export interface EventPath {
  /** In order of time. */
  readonly stages: readonly Stage[];
  /** The searched time ranges. */
  readonly looked: readonly Span[];
  /** Whether the ranges were searched completely. */
  readonly isComplete: boolean;
}

const MINUTE_MS = 60_000;
/** Most events are routed within a second. */
const SOON_MS = 15 * MINUTE_MS;
/** By default fan-out tries for 12 hours. */
const AT_LAST_MS = 13 * 60 * MINUTE_MS;

/**
 * Finds an event's path in the logs by its key and its delivery's id. Searches 15 minutes from its receipt, or from when it
 * was taken back, 13 hours if it
 * was not routed by then, and the time around its last duplicate and its last replay.
 *
 * @throws {EventLogError} if a log group is missing.
 */
export const findPath = async (
  { logs, ingest, fanOut }: StageLogs,
  event: StoredEvent,
  now: number,
): Promise<EventPath> => {
  const looked: Span[] = [];
  const found: FoundLines[] = [];
  const look = async (from: number, to: number): Promise<void> => {
    if (from > now) return;
    const span = { since: new Date(from), until: new Date(Math.min(to, now)) };
    looked.push(span);
    const groups = ingest === undefined ? [fanOut] : [ingest, fanOut];
    const terms = [event.key, event.deliveryId];
    found.push(
      ...(await Promise.all(
        groups.flatMap((group) => terms.map((term) => findLines(logs, group, term, span))),
      )),
    );
  };
  const stages = () => toStages(found.flatMap(({ lines }) => lines)).filter((stage) => isAbout(stage, event));

  // What was refused at first entered the intake queue when it was taken back.
  const start = Date.parse(event.delivery.retry?.at ?? event.at);
  await look(start - MINUTE_MS, start + SOON_MS);
  const isRouted = stages().some((stage) => stage.stage === 'routed' && stage.key === event.key);
  if (!isRouted) await look(start + SOON_MS, start + AT_LAST_MS);
  const covered = (time: number) => looked.some(({ since, until }) => +since <= time && time < +until);
  for (const later of [event.lastDuplicateAt, event.lastReplayedAt]) {
    const time = later === undefined ? Number.NaN : Date.parse(later);
    if (!Number.isNaN(time) && !covered(time)) await look(time - MINUTE_MS, time + SOON_MS);
  }
  return { stages: stages(), looked, isComplete: found.every(({ isComplete }) => isComplete) };
};

/** A line may be found twice: by the key and by the delivery's id. */
const toStages = (lines: readonly LogLine[]): readonly Stage[] =>
  [...new Map(lines.map((line) => [line.id, line])).values()]
    .sort((one, other) => one.at.getTime() - other.at.getTime())
    .flatMap((line) => toStage(line) ?? []);

/** Excludes other events of the same delivery, whose lines have its id too. */
const isAbout = (stage: Stage, { key }: StoredEvent): boolean => {
  if (stage.stage === 'accepted' || stage.stage === 'failed') return true;
  const isReplay = stage.stage === 'routed' && stage.replayOf === key;
  return isReplay || stage.key === key || stage.key.startsWith(`${key}~`);
};

const toStage = ({ at, fields }: LogLine): Stage | undefined => {
  const { outcome } = fields;
  const deliveryId = text(fields.deliveryId) ?? '';
  const key = text(fields.key) ?? '';
  if (outcome === 'accepted') {
    return { stage: outcome, at, deliveryId, ...number(fields, 'verifyMs'), ...number(fields, 'answerMs') };
  }
  if (outcome === 'duplicate') return { stage: outcome, at, deliveryId, key, ...number(fields, 'lagMs') };
  if (outcome === 'failed') return { stage: outcome, at, deliveryId, cause: fields.cause };
  if (outcome !== 'routed') return undefined;
  return {
    stage: outcome,
    at,
    deliveryId,
    key,
    entity: text(fields.entity) ?? '',
    sentTo: list(fields.sentTo) ?? [text(fields.entity) ?? ''],
    ...words(fields, 'reason'),
    ...number(fields, 'lagMs'),
    ...words(fields, 'replayOf'),
  };
};

type Fields = LogLine['fields'];

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const list = (value: unknown): readonly string[] | undefined =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : undefined;

const words = <Name extends string>(fields: Fields, name: Name): { readonly [N in Name]?: string } =>
  (typeof fields[name] === 'string' ? { [name]: fields[name] } : {}) as { readonly [N in Name]?: string };

const number = <Name extends string>(fields: Fields, name: Name): { readonly [N in Name]?: number } =>
  (typeof fields[name] === 'number' ? { [name]: fields[name] } : {}) as { readonly [N in Name]?: number };
