import type { SQSClient } from '@aws-sdk/client-sqs';
import type { StoredEvent } from '../event-log/find-event.ts';
import { type Found, lookInto } from './dead-letters.ts';
import type { EventPath, Failed, Routed } from './path.ts';

/**
 * What is known of an event. Never guessed: what no function has said and what was not found in a queue is not claimed.
 *
 * - `stored`: it is in the event log, and no more is known
 * - `routed`: fan-out's line says that it was sent to its queue
 * - `failed`: fan-out's last line about its delivery is a failure, or it lies in a dead-letter queue
 */
export interface EventState {
  readonly state: 'stored' | 'routed' | 'failed';
  /** The entity whose queue it was sent to; `unrecognized` is one. */
  readonly routedTo?: string;
  /** Why it failed, where fan-out did. */
  readonly cause?: unknown;
  /** The dead-letter queue that it lies in: of an entity, or `intake`. */
  readonly deadLetter?: string;
  /** Whether it may lie in that dead-letter queue: there is more in it than could be looked at. */
  readonly maybeDeadLetter?: string;
  /** How often it was sent again. */
  readonly replays: number;
  /** When it was last sent again; ISO 8601, UTC. */
  readonly lastReplayedAt?: string;
}

/** The dead-letter queues to look into. */
export interface DeadLetterQueues {
  readonly sqs: SQSClient;
  /** The URL of a dead-letter queue: of an entity, or of `intake`; undefined where there is no such queue. */
  urlOf(entity: string): string | undefined;
}

/** The entity that stands for the intake queue: no entity may be called that. */
export const INTAKE = 'intake';

/**
 * What is known of an event.
 *
 * @param path what {@link findPath} found.
 * @param queues where to look for it, if it failed; nowhere by default.
 */
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
  const replayed = { replays, ...(lastReplayedAt !== undefined && { lastReplayedAt }) };

  // What was not routed may lie where fan-out has given up, also where it never came to say so.
  const queue = routed?.entity ?? INTAKE;
  const id = routed === undefined ? event.deliveryId : event.key;
  const found = await lookFor(queues, queue, id);
  return {
    state: found === 'there' || (routed === undefined && failed !== undefined) ? 'failed' : stateOf(routed),
    ...(routed !== undefined && { routedTo: routed.entity }),
    ...(routed === undefined && failed !== undefined && { cause: failed.cause }),
    ...(found === 'there' && { deadLetter: queue }),
    ...(found === 'unknown' && { maybeDeadLetter: queue }),
    ...replayed,
  };
};

const stateOf = (routed: Routed | undefined): 'stored' | 'routed' =>
  routed === undefined ? 'stored' : 'routed';

const lookFor = async (queues: DeadLetterQueues | undefined, queue: string, id: string): Promise<Found> => {
  const url = queues?.urlOf(queue);
  if (queues === undefined || url === undefined) return 'not-there';
  const name = queue === INTAKE ? 'deliveryId' : 'id';
  return await lookInto(queues.sqs, url, (body) => hasId(body, name, id));
};

/** What can't be read is not the one that is looked for. */
const hasId = (body: string, name: 'deliveryId' | 'id', id: string): boolean => {
  if (!body.includes(id)) return false;
  try {
    return (JSON.parse(body) as Readonly<Record<string, unknown>>)[name] === id;
  } catch {
    return false;
  }
};
