import type { Delivery } from '../core/delivery.ts';
import type { EventClaims } from '../event-log/claim.ts';
import type { GatepostEvent } from '../events/event.ts';
import { type OutgoingMessage, toMessage } from './message.ts';
import type { EntityQueueSender } from './queues.ts';

/** A delivery from the intake queue, with its events. */
export interface InterpretedDelivery {
  /** The id of its SQS message. */
  readonly messageId: string;
  readonly group: string;
  readonly delivery: Delivery;
  readonly events: readonly GatepostEvent[];
}

/** The result of routing a batch. */
export interface Routing {
  readonly routed: readonly GatepostEvent[];
  readonly duplicates: readonly GatepostEvent[];
  /** The messages for SQS to redeliver, with the error of each. */
  readonly failed: ReadonlyMap<string, unknown>;
}

/**
 * Claims and sends the events of a batch in waves, each with the next event of every group. Within a group, events stay in
 * order: SQS may reject single messages of a batch, so each event waits for the one before it. A failure also fails all
 * later events of its group.
 */
export const route = async (
  batch: readonly InterpretedDelivery[],
  log: EventClaims,
  queues: EntityQueueSender,
): Promise<Routing> => {
  const routed: GatepostEvent[] = [];
  const duplicates: GatepostEvent[] = [];
  const failed = new Map<string, unknown>();

  let groups = stepsByGroup(batch);
  while (groups.length > 0) {
    const results = await routeWave(
      groups.map(([next]) => next),
      log,
      queues,
    );
    groups = groups.flatMap((group, index) => {
      const [{ event }, ...later] = group;
      const result = results[index] as WaveResult;
      if (result instanceof Failure) {
        for (const { messageId } of group) failed.set(messageId, result.cause);
        return [];
      }
      if (result === 'duplicate') duplicates.push(event);
      else routed.push(result);
      return isFilled(later) ? [later] : [];
    });
  }
  return { routed, duplicates, failed };
};

interface Step {
  readonly messageId: string;
  readonly delivery: Delivery;
  readonly event: GatepostEvent;
}

/** The event as sent, or why it was not sent. */
type WaveResult = GatepostEvent | 'duplicate' | Failure;

class Failure {
  readonly cause: unknown;
  constructor(cause: unknown) {
    this.cause = cause;
  }
}

type Filled<T> = readonly [T, ...T[]];

const isFilled = <T>(list: readonly T[]): list is Filled<T> => list.length > 0;

const stepsByGroup = (batch: readonly InterpretedDelivery[]): readonly Filled<Step>[] =>
  [...Map.groupBy(batch, ({ group }) => group).values()]
    .map((intakes) =>
      intakes.flatMap(({ messageId, delivery, events }): readonly Step[] =>
        events.map((event) => ({ messageId, delivery, event })),
      ),
    )
    .filter((steps) => isFilled(steps));

/** Claims the steps concurrently, then sends the claimed events, concurrently by queue. Returns one result per step. */
const routeWave = async (
  wave: readonly Step[],
  log: EventClaims,
  queues: EntityQueueSender,
): Promise<readonly WaveResult[]> => {
  const claims = await Promise.all(
    wave.map(({ event, delivery }) =>
      log.claim(event, delivery).catch((error: unknown) => new Failure(error)),
    ),
  );
  const messages = wave.map(({ event, delivery }, index) =>
    claims[index] === 'claimed' ? toMessage(event, delivery) : undefined,
  );
  const unsent = await sendByQueue(
    messages.filter((message) => message !== undefined),
    queues,
  );
  return messages.map((message, index) => {
    if (message !== undefined) return unsent.get(message) ?? message.event;
    return claims[index] as 'duplicate' | Failure;
  });
};

const sendByQueue = async (
  messages: readonly OutgoingMessage[],
  queues: EntityQueueSender,
): Promise<ReadonlyMap<OutgoingMessage, Failure>> => {
  const unsent = new Map<OutgoingMessage, Failure>();
  await Promise.all(
    [...Map.groupBy(messages, ({ event }) => event.entity)].map(async ([entity, sending]) => {
      try {
        const refused = await queues.send(entity, sending);
        for (const message of refused) unsent.set(message, new Failure(new Error('SQS refused the message')));
      } catch (error) {
        for (const message of sending) unsent.set(message, new Failure(error));
      }
    }),
  );
  return unsent;
};
