import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { Objects } from '../bodies/objects.ts';
import { EventLogError } from '../event-log/event-log-error.ts';
import { findEvent, type StoredEvent, withStoredBody } from '../event-log/find-event.ts';
import type { EventLogTable } from '../event-log/partition.ts';
import { type EventPath, findPath, type Stage } from '../history/path.ts';
import { type EventState, knownState, routedText } from '../history/state.ts';
import type { EventDetails, Step } from './model.ts';
import { payloadOf } from './payload.ts';

export interface DetailSources {
  readonly log: EventLogTable;
  readonly logs: CloudWatchLogsClient;
  readonly fanOutLogGroup: string;
  /** The log group of a source's ingest function; undefined if the source is no longer configured. */
  ingestLogGroup(source: string): string | undefined;
  /** Whether to include payloads. */
  readonly payloads: boolean;
  /** Only for payloads. */
  readonly objects: Pick<Objects, 'get'>;
}

/**
 * Reads an event from the event log and its path from the functions' logs. Doesn't read dead-letter queues: that requires
 * receiving, and this function must be read-only.
 */
export const readEventDetails = async (
  sources: DetailSources,
  key: string,
  now: number,
): Promise<EventDetails | undefined> => {
  const event = await findEvent(sources.log, key);
  if (event === undefined) return undefined;
  const { path, note } = await pathOf(sources, event, now);
  const { delivery, body: _, bodyRef: __, bodyOmitted: ___, ...listed } = event;
  return {
    ...listed,
    state: describeState(await knownState(event, path)),
    path: stepsOf(event, path),
    pathNote: note,
    headers: delivery.headers,
    ...(sources.payloads && { payload: payloadOf(await withStoredBody(event, sources.objects)) }),
  };
};

const pathOf = async (
  { logs, fanOutLogGroup, ingestLogGroup }: DetailSources,
  event: StoredEvent,
  now: number,
): Promise<{ readonly path: EventPath; readonly note?: string }> => {
  const ingest = ingestLogGroup(event.source);
  try {
    const path = await within(PATIENCE_MS, findPath({ logs, ingest, fanOut: fanOutLogGroup }, event, now));
    return path.isComplete
      ? { path }
      : { path, note: 'The logs of that time were too long to read completely.' };
  } catch (error) {
    // Show at least what the event log has.
    if (!(error instanceof EventLogError)) throw error;
    return { path: { stages: [], looked: [], isComplete: false }, note: error.message.replace(/\.?$/, '.') };
  }
};

/** Shorter than the function's time-out of 30 seconds, to show at least the rest. */
const PATIENCE_MS = 20_000;

const within = async <T>(ms: number, found: Promise<T>): Promise<T> => {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new EventLogError(`The logs took longer than ${ms / 1000} s`)),
    ms,
  );
  try {
    return await Promise.race([found, late.promise]);
  } finally {
    clearTimeout(timer);
  }
};

const describeState = ({ state, routedTo, cause }: EventState): string => {
  if (state === 'routed') return routedText(routedTo);
  return state === 'failed'
    ? `failed in fan-out${because(cause)}`
    : 'stored; the logs have no more information';
};

const stepsOf = (event: StoredEvent, { stages }: EventPath): readonly Step[] => [
  event.replayOf === undefined
    ? { at: event.receivedAt, what: 'received' }
    : { at: event.at, what: 'replayed from the event log' },
  ...takenBack(event),
  ...stages.flatMap((stage) => stepOf(event, stage) ?? []),
];

const takenBack = ({ delivery: { retry } }: StoredEvent): readonly Step[] =>
  retry === undefined ? [] : [{ at: retry.at, what: `refused, kept as ${retry.of}, and taken back` }];

/** Skips other events of the same delivery. */
const stepOf = (event: StoredEvent, stage: Stage): Step | undefined => {
  const at = stage.at.toISOString();
  switch (stage.stage) {
    case 'accepted':
      // For a replay, this line belongs to the original.
      return event.replayOf === undefined
        ? { at, what: `verified, stored and answered${after(stage.answerMs)}${by(event, stage.deliveryId)}` }
        : undefined;
    case 'routed':
      if (stage.key === event.key) {
        const reason = stage.reason === undefined ? '' : ` (${stage.reason})`;
        return { at, what: `sent to ${stage.entity}.fifo${after(stage.lagMs)}${reason}` };
      }
      return stage.replayOf === event.key
        ? { at, what: `replayed to ${stage.entity}.fifo as ${stage.key}` }
        : undefined;
    case 'duplicate':
      return stage.key === event.key
        ? { at, what: `delivered again and recognized as a duplicate${by(event, stage.deliveryId)}` }
        : undefined;
    case 'failed':
      return { at, what: `failed in fan-out${because(stage.cause)}`, failed: true };
  }
};

const after = (ms: number | undefined): string => (ms === undefined ? '' : ` after ${Math.round(ms)} ms`);

const by = (event: StoredEvent, deliveryId: string): string =>
  deliveryId === event.deliveryId || deliveryId === '' ? '' : `, by the delivery ${deliveryId}`;

/** An error's name; the log has its stack frames. */
const because = (cause: unknown): string =>
  typeof cause === 'object' && cause !== null && 'name' in cause ? `: ${cause.name}` : '';
