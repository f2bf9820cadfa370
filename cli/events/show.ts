import { EventLogError } from '../../lambdas/event-log/event-log-error.ts';
import { type StoredEvent, withStoredBody } from '../../lambdas/event-log/find-event.ts';
import { cloudEventOf, isComplete } from '../../lambdas/event-log/interpret-stored.ts';
import type { GatepostEvent } from '../../lambdas/events/event.ts';
import { type EventPath, findPath, type Stage } from '../../lambdas/history/path.ts';
import {
  type DeadLetterQueues,
  type EventState,
  INTAKE,
  knownState,
  routedText,
} from '../../lambdas/history/state.ts';
import type { Context } from '../context.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { table } from '../output/table.ts';
import { deadLetterQueuesOf, eventLogOf, objectsOf, stageLogsOf } from './event-tools.ts';
import { eventOfKey } from './find.ts';
import { printable, printableLines } from './printable.ts';
import { writeTime } from './time.ts';

/**
 * Shows one event.
 *
 * @throws {CliError} where there is none with that key.
 */
export const showEvent = async (
  context: Context,
  key: string,
  { payload }: { readonly payload: boolean },
): Promise<void> => {
  const deployment = await context.deployment();
  const found = await eventOfKey(deployment, eventLogOf(deployment), key);
  const event = payload ? await bodyOf(context, deployment, found) : found;
  const path = await pathOf(context, deployment, event);
  const queues = deadLetterQueuesOf(deployment);
  const state = await stateOf(context, event, path, queues);
  const shown = payload ? payloadOf(event) : undefined;

  const { delivery, body: _, ...facts } = event;
  context.show(
    {
      ...facts,
      state,
      path,
      headers: delivery.headers,
      urlPath: delivery.path,
      ...(shown !== undefined && { event: shown }),
    },
    () =>
      [
        factTable(event, sentence(deployment, state, path)),
        `\nPath\n${pathText(deployment, event, path)}`,
        ...(payload ? [`\nPayload\n${payloadText(event, shown)}`] : []),
      ].join('\n'),
  );
};

const NOTHING: EventPath = { stages: [], looked: [], isComplete: false };

/** The user may lack permission to read the logs. */
const pathOf = async (context: Context, deployment: Deployment, event: StoredEvent): Promise<EventPath> => {
  try {
    return await findPath(stageLogsOf(deployment, event.source), event, context.now().getTime());
  } catch (error) {
    if (!(error instanceof EventLogError || isDenied(error))) throw error;
    context.note(`The logs can't be read, so the path is unknown: ${error.message}`);
    return NOTHING;
  }
};

/** The user may lack permission to read the queues. */
const stateOf = async (
  context: Context,
  event: StoredEvent,
  path: EventPath,
  queues: DeadLetterQueues,
): Promise<EventState> => {
  try {
    return await knownState(event, path, queues);
  } catch (error) {
    if (!isDenied(error)) throw error;
    context.note(`The dead-letter queue can't be read: ${error.message}`);
    return await knownState(event, path);
  }
};

/** The user may lack permission to read the bucket. */
const bodyOf = async (context: Context, deployment: Deployment, event: StoredEvent): Promise<StoredEvent> => {
  try {
    return await withStoredBody(event, objectsOf(deployment));
  } catch (error) {
    if (!isDenied(error)) throw error;
    context.note(`The bucket can't be read: ${error.message}`);
    return { ...event, bodyOmitted: `it is in ${event.bodyRef}` };
  }
};

const isDenied = (error: unknown): error is Error =>
  Error.isError(error) && error.name.startsWith('AccessDenied');

const payloadOf = (event: StoredEvent): GatepostEvent | undefined => {
  try {
    return isComplete(event) ? cloudEventOf(event) : undefined;
  } catch {
    // Its provider was removed: the raw delivery is shown.
    return undefined;
  }
};

const payloadText = (event: StoredEvent, shown: GatepostEvent | undefined): string => {
  if (shown !== undefined) return printableLines(JSON.stringify(shown.data, undefined, 2));
  if (event.body === undefined) return `(not kept: ${event.bodyOmitted})`;
  return `(the current code finds no such event in the delivery; the raw delivery:)\n${printableLines(event.body)}`;
};

const factTable = (event: StoredEvent, state: string): string =>
  table(
    [],
    [
      ['Key', event.key],
      ['Type', event.type],
      ['Entity', `${event.entity}${event.entityId === undefined ? '' : ` ${printable(event.entityId)}`}`],
      ['Source', `${event.source} (${event.provider})`],
      ['Received', `${writeTime(event.receivedAt)} UTC`],
      ['State', state],
      ...(event.reason === undefined ? [] : [['Not understood', event.reason]]),
      ['Delivery', event.deliveryId],
      ['Duplicates', duplicatesText(event)],
      ...sameIdRows(event),
      ...(event.replayOf === undefined ? [] : [['Replay of', event.replayOf]]),
      ...(event.lastReplayedAt === undefined
        ? []
        : [['Replayed', `${event.replays} times, last ${writeTime(event.lastReplayedAt)} UTC`]]),
      ['Expires', `${writeTime(event.expiresAt)} UTC`],
    ],
  );

/** An event that has the id of another one, which says something else, or said the same longer ago. */
const sameIdRows = ({ key }: StoredEvent): readonly (readonly string[])[] => {
  const [, id] = /^([^.~]+)\./.exec(key) ?? [];
  return id === undefined ? [] : [['Has the id of', id]];
};

const duplicatesText = ({ duplicates, lastDuplicate, lastDuplicateAt }: StoredEvent): string =>
  lastDuplicate === undefined || lastDuplicateAt === undefined
    ? String(duplicates)
    : `${duplicates}, the last one ${writeTime(lastDuplicateAt)} UTC, delivery ${lastDuplicate}`;

const sentence = (
  { prefix }: Deployment,
  { state, routedTo, deadLetters, maybeDeadLetters }: EventState,
  { isComplete }: EventPath,
): string => {
  const sent = routedText(routedTo, `${prefix}-`);
  if (deadLetters.includes(INTAKE)) {
    return `failed: fan-out could not process its delivery, which is in ${prefix}-intake-dlq.fifo`;
  }
  if (deadLetters.length > 0) {
    return `failed: ${sent}; it is in the dead letters of ${deadLetters.join(', ')}`;
  }
  const perhaps =
    maybeDeadLetters.length === 0
      ? ''
      : ` (the dead letters of ${maybeDeadLetters.join(', ')} are more than can be searched; it may be there)`;
  if (state === 'failed')
    return `failed: fan-out failed to process its delivery and hasn't succeeded since${perhaps}`;
  if (state === 'routed') return `${sent}${perhaps}`;
  return isComplete
    ? `stored; fan-out has logged nothing about it${perhaps}`
    : `stored; the logs were searched only in part${perhaps}`;
};

const pathText = (
  { prefix }: Deployment,
  { delivery: { retry } }: StoredEvent,
  { stages, isComplete }: EventPath,
): string => {
  const from = retry === undefined ? 'receipt' : 'it was taken back';
  const rows = [
    ...(retry === undefined
      ? []
      : [[pathTime(retry.at), 'taken back', `refused on receipt, and kept as ${retry.of}`]]),
    ...stages.map((stage) => [pathTime(stage.at.toISOString()), stage.stage, stageText(prefix, stage, from)]),
  ];
  const text = rows.length === 0 ? 'The functions have logged nothing about it.' : table([], rows);
  return isComplete ? text : `${text}\n(the logs were searched only in part)`;
};

const pathTime = (at: string): string => at.replace('T', ' ').slice(0, -1);

/** @param from what its lag is counted from. */
const stageText = (prefix: string, stage: Stage, from: string): string => {
  if (stage.stage === 'accepted') {
    const { verifyMs, answerMs } = stage;
    const verified = verifyMs === undefined ? '' : `verified in ${Math.round(verifyMs)} ms, `;
    return `${verified}answered in ${answerMs ?? '?'} ms, delivery ${stage.deliveryId}`;
  }
  if (stage.stage === 'routed') {
    const replay = stage.replayOf === undefined ? '' : ', as a replay';
    return `${routedText(stage.sentTo, `${prefix}-`)}, ${stage.lagMs ?? '?'} ms after ${from}${replay}`.replace(
      /^routed /,
      '',
    );
  }
  if (stage.stage === 'duplicate') return `not sent again, delivery ${stage.deliveryId}`;
  return `fan-out failed: ${causeText(stage.cause)}`;
};

const causeText = (cause: unknown): string => {
  const { name, code } = { ...(cause as { readonly name?: unknown; readonly code?: unknown } | undefined) };
  return [name, code].filter((word) => word !== undefined).join(' ') || 'no cause was logged';
};
