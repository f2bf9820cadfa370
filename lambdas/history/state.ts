import type { Message, SQSClient } from '@aws-sdk/client-sqs';
import { QUEUE_ATTRIBUTE } from '../core/routing-table.ts';
import type { StoredEvent } from '../event-log/find-event.ts';
import { type Found, lookInto } from './dead-letters.ts';
import type { EventPath, Failed, Routed } from './path.ts';

/**
 * What logs and queues show about an event.
 *
 * - `stored`: it is in the event log, and no more is known
 * - `routed`: fan-out logged that it was sent to its queue
 * - `failed`: fan-out last logged a failure of its delivery, or it is in a dead-letter queue
 */
export interface EventState {
  readonly state: 'stored' | 'routed' | 'failed';
  /** The queues that it was sent to, by name without the prefix and `.fifo`. */
  readonly routedTo?: readonly string[];
  /** Why fan-out failed. */
  readonly cause?: unknown;
  /** The queues whose dead letters have it, by name without the prefix and `.fifo`; or `intake`. */
  readonly deadLetters: readonly string[];
  /** The queues whose dead letters may have it, but were too many to search completely. */
  readonly maybeDeadLetters: readonly string[];
  readonly replays: number;
  /** ISO 8601, UTC. */
  readonly lastReplayedAt?: string;
}

export interface DeadLetterQueues {
  readonly sqs: SQSClient;
  /** The prefix of the names of all queues. */
  readonly prefix: string;
  /** The URLs that the dead-letter queue behind a queue, or of `intake`, may have. Not each of them exists. */
  urlsOf(queue: string): readonly string[];
}

/** Stands for the intake queue. No entity can have this name. */
export const INTAKE = 'intake';

/** @param queues the dead-letter queues to search. Default: none. */
export const knownState = async (
  event: StoredEvent,
  { stages }: EventPath,
  queues?: DeadLetterQueues,
): Promise<EventState> => {
  const routed = stages.findLast(
    (stage): stage is Routed => stage.stage === 'routed' && stage.key === event.key,
  );
  const failed = stages.findLast(
    (stage): stage is Failed => stage.stage === 'failed' && stage.deliveryId === event.deliveryId,
  );
  const { replays, lastReplayedAt } = event;

  // An event that was not routed may be in fan-out's dead-letter queue, even if fan-out logged nothing.
  const searched = routed?.sentTo ?? [INTAKE];
  const id = routed === undefined ? event.deliveryId : event.key;
  const found = await Promise.all(
    searched.map(async (queue) => ({ queue, found: await lookFor(queues, queue, id) })),
  );
  const inWhich = (wanted: Found) => found.filter((one) => one.found === wanted).map(({ queue }) => queue);
  const deadLetters = inWhich('there');
  return {
    state:
      deadLetters.length > 0 || (routed === undefined && failed !== undefined)
        ? 'failed'
        : routed === undefined
          ? 'stored'
          : 'routed',
    ...(routed !== undefined && { routedTo: routed.sentTo }),
    ...(routed === undefined && failed !== undefined && { cause: failed.cause }),
    deadLetters,
    maybeDeadLetters: inWhich('unknown'),
    replays,
    ...(lastReplayedAt !== undefined && { lastReplayedAt }),
  };
};

const lookFor = async (queues: DeadLetterQueues | undefined, queue: string, id: string): Promise<Found> => {
  if (queues === undefined) return 'not-there';
  const name = queue === INTAKE ? 'deliveryId' : 'id';
  const found: Found[] = [];
  for (const url of queues.urlsOf(queue)) {
    found.push(
      await lookInto(
        queues.sqs,
        url,
        (message) => isOf(message, `${queues.prefix}-${queue}.fifo`) && hasId(message.Body ?? '', name, id),
      ),
    );
  }
  return found.find((one) => one === 'there') ?? found.find((one) => one === 'unknown') ?? 'not-there';
};

/** Whether a message was sent to a queue. Version 0.1.0 did not write that into it. */
const isOf = ({ MessageAttributes }: Message, queue: string): boolean =>
  [undefined, queue].includes(MessageAttributes?.[QUEUE_ATTRIBUTE]?.StringValue);

/** Unreadable messages don't match. */
const hasId = (body: string, name: 'deliveryId' | 'id', id: string): boolean => {
  if (!body.includes(id)) return false;
  try {
    return (JSON.parse(body) as Readonly<Record<string, unknown>>)[name] === id;
  } catch {
    return false;
  }
};

/**
 * Which queues an event was sent to, in words.
 *
 * @param queues their names without the stack's prefix and `.fifo`. Default: none.
 * @param prefix is put before each name. Default: nothing.
 */
export const routedText = (queues: readonly string[] = [], prefix = ''): string =>
  queues.length === 0
    ? 'stored, and no queue wants it'
    : `routed to ${queues.map((queue) => `${prefix}${queue}.fifo`).join(', ')}`;
