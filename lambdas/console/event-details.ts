import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { HistoryError } from '../event-log/event-log-error.ts';
import { findEvent, type StoredEvent } from '../event-log/find-event.ts';
import type { EventLogTable } from '../event-log/partition.ts';
import { type EventPath, findPath, type Stage } from '../history/path.ts';
import { type EventState, knownState } from '../history/state.ts';
import type { EventDetails, Step } from './model.ts';
import { payloadOf } from './payload.ts';

/** What an event's details are read from. */
export interface DetailSources {
  readonly log: EventLogTable;
  readonly logs: CloudWatchLogsClient;
  readonly fanOutLogGroup: string;
  /** The log group of a source's ingest function; undefined where the source isn't configured any more. */
  ingestLogGroup(source: string): string | undefined;
  /** Whether payloads are shown. */
  readonly payloads: boolean;
}

/**
 * All that is known of an event: what the event log holds and what the functions' logs say. Dead-letter queues are not
 * read: an SQS queue can't be read without receiving, and this function must change nothing.
 *
 * @param now the clock, in ms.
 * @returns undefined where there is no such event, or no more.
 */
export const readEventDetails = async (
  sources: DetailSources,
  key: string,
  now: number,
): Promise<EventDetails | undefined> => {
  const event = await findEvent(sources.log, key);
  if (event === undefined) return undefined;
  const { path, note } = await pathOf(sources, event, now);
  const { delivery, body: _, bodyOmitted: __, ...listed } = event;
  return {
    ...listed,
    state: describeState(await knownState(event, path)),
    path: stepsOf(event, path),
    pathNote: note,
    headers: delivery.headers,
    ...(sources.payloads && { payload: payloadOf(event) }),
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
      : { path, note: 'The logs of that time were too long to be read to their end.' };
  } catch (error) {
    // What the event log holds can be shown all the same.
    if (!(error instanceof HistoryError)) throw error;
    return { path: { stages: [], looked: [], isComplete: false }, note: error.message.replace(/\.?$/, '.') };
  }
};

/** Of the function's 30 seconds: enough is left to show the rest. */
const PATIENCE_MS = 20_000;

const within = async <T>(ms: number, found: Promise<T>): Promise<T> => {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new HistoryError(`The logs took longer than ${ms / 1000} s`)),
    ms,
  );
  try {
    return await Promise.race([found, late.promise]);
  } finally {
    clearTimeout(timer);
  }
};

const describeState = ({ state, routedTo, cause }: EventState): string => {
  if (state === 'routed') return `routed to ${routedTo}.fifo`;
  return state === 'failed' ? `failed in fan-out${because(cause)}` : 'stored; the logs say no more';
};

const stepsOf = (event: StoredEvent, { stages }: EventPath): readonly Step[] => [
  event.replayOf === undefined
    ? { at: event.receivedAt, what: 'received' }
    : { at: event.at, what: 'sent again out of the event log' },
  ...stages.flatMap((stage) => stepOf(event, stage) ?? []),
];

/** The lines of a delivery tell of other events in it, too. */
const stepOf = (event: StoredEvent, stage: Stage): Step | undefined => {
  const at = stage.at.toISOString();
  switch (stage.stage) {
    case 'accepted':
      // Of a replay's original, this is not its own way.
      return event.replayOf === undefined
        ? { at, what: `verified, stored and answered${after(stage.answerMs)}${by(event, stage.deliveryId)}` }
        : undefined;
    case 'routed':
      if (stage.key === event.key) {
        const reason = stage.reason === undefined ? '' : ` (${stage.reason})`;
        return { at, what: `sent to ${stage.entity}.fifo${after(stage.lagMs)}${reason}` };
      }
      return stage.replayOf === event.key
        ? { at, what: `sent again to ${stage.entity}.fifo as ${stage.key}` }
        : undefined;
    case 'duplicate':
      return stage.key === event.key
        ? { at, what: `came once more and went no further${by(event, stage.deliveryId)}` }
        : undefined;
    case 'failed':
      return { at, what: `failed in fan-out${because(stage.cause)}`, failed: true };
  }
};

const after = (ms: number | undefined): string => (ms === undefined ? '' : ` after ${Math.round(ms)} ms`);

const by = (event: StoredEvent, deliveryId: string): string =>
  deliveryId === event.deliveryId || deliveryId === '' ? '' : `, by the delivery ${deliveryId}`;

/** An error's name; where it happened stands in the log. */
const because = (cause: unknown): string =>
  typeof cause === 'object' && cause !== null && 'name' in cause ? `: ${cause.name}` : '';
