import type { SQSClient } from '@aws-sdk/client-sqs';
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
  /** The entity of its queue, which may be `unrecognized`. */
  readonly routedTo?: string;
  /** Why fan-out failed. */
  readonly cause?: unknown;
  /** The dead-letter queue that has it: an entity, or `intake`. */
  readonly deadLetter?: string;
  /** The dead-letter queue that may have it, but was too long to search completely. */
  readonly maybeDeadLetter?: string;
  readonly replays: number;
  /** ISO 8601, UTC. */
  readonly lastReplayedAt?: string;
}

export interface DeadLetterQueues {
  readonly sqs: SQSClient;
  /** The URL of the dead-letter queue of an entity or of `intake`, if there is one. */
  urlOf(entity: string): string | undefined;
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
  const queue = routed?.entity ?? INTAKE;
  const id = routed === undefined ? event.deliveryId : event.key;
  const found = await lookFor(queues, queue, id);
  return {
    state:
      found === 'there' || (routed === undefined && failed !== undefined)
        ? 'failed'
        : routed === undefined
          ? 'stored'
          : 'routed',
    ...(routed !== undefined && { routedTo: routed.entity }),
    ...(routed === undefined && failed !== undefined && { cause: failed.cause }),
    ...(found === 'there' && { deadLetter: queue }),
    ...(found === 'unknown' && { maybeDeadLetter: queue }),
    replays,
    ...(lastReplayedAt !== undefined && { lastReplayedAt }),
  };
};

const lookFor = async (queues: DeadLetterQueues | undefined, queue: string, id: string): Promise<Found> => {
  const url = queues?.urlOf(queue);
  if (queues === undefined || url === undefined) return 'not-there';
  const name = queue === INTAKE ? 'deliveryId' : 'id';
  return await lookInto(queues.sqs, url, (body) => hasId(body, name, id));
};

/** Unreadable messages don't match. */
const hasId = (body: string, name: 'deliveryId' | 'id', id: string): boolean => {
  if (!body.includes(id)) return false;
  try {
    return (JSON.parse(body) as Readonly<Record<string, unknown>>)[name] === id;
  } catch {
    return false;
  }
};
