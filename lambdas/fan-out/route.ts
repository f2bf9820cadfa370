import type { Objects } from '../bodies/objects.ts';
import type { Delivery } from '../core/delivery.ts';
import type { Claim, EventClaims } from '../event-log/claim.ts';
import type { Progress } from '../event-log/progress.ts';
import type { GatepostEvent } from '../events/event.ts';
import type { InterpretedEvent } from '../events/interpretation.ts';
import { type Deadline, OutOfTime } from './deadline.ts';
import { type OutgoingMessage, refusedMessage, toMessage } from './message.ts';
import type { EntityQueueSender } from './queues.ts';
import { isRefusal, withoutContent } from './refusal.ts';

/** A delivery from the intake queue, with its events. */
export interface ReceivedDelivery {
  /** The id of its SQS message. */
  readonly messageId: string;
  readonly group: string;
  readonly delivery: Delivery;
  readonly events: readonly InterpretedEvent[];
  /** Only if its body could not be read: why. */
  readonly unread?: { readonly cause: unknown };
  /** A part of the delivery, with these of its events. */
  part(events: readonly InterpretedEvent[]): Delivery;
}

/** The result of routing a batch. */
export interface Routing {
  readonly routed: readonly GatepostEvent[];
  readonly duplicates: readonly GatepostEvent[];
  /** Those of `routed` and `duplicates` whose id belongs to an event that says something else. */
  readonly conflicts: readonly GatepostEvent[];
  /** The messages for SQS to redeliver, with the error of each. */
  readonly failed: ReadonlyMap<string, unknown>;
}

/** What routing needs of AWS, and its time. */
export interface RouteTools {
  readonly log: EventClaims;
  readonly queues: EntityQueueSender;
  readonly objects: Pick<Objects, 'uriOf' | 'put'>;
  readonly progress: Progress;
  readonly deadline: Deadline;
}

/**
 * Claims and sends the events of a batch in waves, each with the next event of every group. Within a group, events stay in
 * order: SQS may reject single messages of a batch, so each event waits for the one before it. A failure also fails all
 * later events of its group. Within a delivery, claims need no order: those of its next events are made together.
 *
 * Work stops in time. The next try goes on behind the last event that was dealt with.
 */
export const route = async (batch: readonly ReceivedDelivery[], tools: RouteTools): Promise<Routing> => {
  const routed: GatepostEvent[] = [];
  const duplicates: GatepostEvent[] = [];
  const conflicts: GatepostEvent[] = [];
  const failed = new Map<string, unknown>(
    batch.flatMap(({ messageId, unread }) => (unread === undefined ? [] : [[messageId, unread.cause]])),
  );
  const before = await readProgress(batch, tools, failed);
  const done = new Map(before);

  const claims: Claims = new Map();
  let groups = stepsByGroup(batch, before, failed);
  while (groups.length > 0) {
    await claimAhead(groups, claims, tools);
    const wave = groups.map(([next]) => next);
    const results = await sendWave(wave, claims, tools);
    groups = groups.flatMap((group, index) => {
      const [{ message, event }, ...later] = group;
      const result = results[index] as WaveResult;
      if (result instanceof Failure) {
        for (const step of group) failed.set(step.message.messageId, result.cause);
        return [];
      }
      done.set(message.messageId, (done.get(message.messageId) ?? 0) + 1);
      const { outcome, sent = { ...event.event, id: result.key } } = result;
      (outcome === 'claimed' ? routed : duplicates).push(sent);
      if (result.isConflict) conflicts.push(sent);
      return isFilled(later) ? [later] : [];
    });
  }
  await noteProgress(batch, before, done, failed, tools);
  return { routed, duplicates, conflicts, failed };
};

interface Step {
  readonly message: ReceivedDelivery;
  readonly event: InterpretedEvent;
}

/** The claims that were made, and that failed. */
type Claims = Map<Step, Claimed | Failure>;

interface Claimed extends Claim {
  /** Whether DynamoDB did not take the event with its content. */
  readonly isRefused?: boolean;
}

/** How an event was dealt with, or why it was not. */
type WaveResult = (Claimed & { readonly sent?: GatepostEvent }) | Failure;

class Failure {
  readonly cause: unknown;
  constructor(cause: unknown) {
    this.cause = cause;
  }
}

type Filled<T> = readonly [T, ...T[]];

const isFilled = <T>(list: readonly T[]): list is Filled<T> => list.length > 0;

/**
 * The number of events that earlier tries dealt with, by message. Where it can't be read, the message fails. Read at the
 * first try too: of what was moved back from the dead letters, SQS counts the tries anew.
 */
const readProgress = async (
  batch: readonly ReceivedDelivery[],
  { progress, deadline }: RouteTools,
  failed: Map<string, unknown>,
): Promise<ReadonlyMap<string, number>> => {
  const done = new Map<string, number>();
  await Promise.all(
    batch
      .filter(({ events }) => events.length > 1)
      .map(async ({ messageId, group, delivery }) => {
        try {
          done.set(messageId, await progress.read(delivery.deliveryId, group, deadline.work));
        } catch (error) {
          failed.set(messageId, error);
        }
      }),
  );
  return done;
};

/** Notes how far the messages came that were not finished, if further than before. */
const noteProgress = async (
  batch: readonly ReceivedDelivery[],
  before: ReadonlyMap<string, number>,
  done: ReadonlyMap<string, number>,
  failed: Map<string, unknown>,
  { progress, deadline }: RouteTools,
): Promise<void> => {
  await Promise.all(
    batch.map(async ({ messageId, group, delivery, events }) => {
      const count = done.get(messageId) ?? 0;
      if (!failed.has(messageId) || events.length < 2 || count === (before.get(messageId) ?? 0)) return;
      const signal = deadline.note();
      if (signal === undefined) return;
      await progress
        .write(delivery.deliveryId, group, count, signal)
        .catch((error: unknown) => failed.set(messageId, error));
    }),
  );
};

const stepsByGroup = (
  batch: readonly ReceivedDelivery[],
  done: ReadonlyMap<string, number>,
  failed: Map<string, unknown>,
): readonly Filled<Step>[] =>
  [...Map.groupBy(batch, ({ group }) => group).values()]
    .map((messages) => {
      const steps: Step[] = [];
      let blocked: { readonly cause: unknown } | undefined;
      for (const message of messages) {
        if (failed.has(message.messageId)) blocked ??= { cause: failed.get(message.messageId) };
        if (blocked !== undefined) {
          failed.set(message.messageId, blocked.cause);
          continue;
        }
        const rest = message.events.slice(done.get(message.messageId) ?? 0);
        steps.push(...rest.map((event) => ({ message, event })));
      }
      return steps;
    })
    .filter((steps) => isFilled(steps));

/** How many events of a delivery are claimed at once. */
const AHEAD = 10;

/**
 * Claims the next event of each group that is not claimed yet, and those behind it in its delivery. Those of the next
 * delivery have to wait: if both have an event, the first has to claim it, or it would arrive in the order of the second.
 */
const claimAhead = async (
  groups: readonly Filled<Step>[],
  claims: Claims,
  tools: RouteTools,
): Promise<void> => {
  const steps = groups.flatMap((group) => (claims.has(group[0]) ? [] : aheadIn(group)));
  // None is under way when the function answers: what Lambda froze would go on at some later time.
  await Promise.all(steps.map(async (step) => claims.set(step, await claim(step, tools))));
};

const aheadIn = (group: Filled<Step>): readonly Step[] =>
  group.slice(0, AHEAD).filter(({ message }) => message === group[0].message);

const claim = async ({ event, message }: Step, { log, deadline }: RouteTools): Promise<Claimed | Failure> => {
  if (!deadline.allowsWork()) return new Failure(new OutOfTime());
  const delivery = message.part([event]);
  try {
    return await log.claim(event, delivery, deadline.work);
  } catch (error) {
    if (!isRefusal(error)) return new Failure(error);
    // DynamoDB never takes it: without its content it is claimed all the same, so that its entity goes on.
    return log
      .claim(event, withoutContent(delivery), deadline.work)
      .then((claim) => ({ ...claim, isRefused: true }))
      .catch((again: unknown) => new Failure(again));
  }
};

/** Sends the claimed events, concurrently by queue. Returns one result per step. */
const sendWave = async (
  wave: readonly Step[],
  claims: Claims,
  tools: RouteTools,
): Promise<readonly WaveResult[]> => {
  const claimed = wave.map((step) => claims.get(step) as Claimed | Failure);
  const messages = wave.map((step, index) => messageOf(step, claimed[index] as Claimed | Failure, tools));
  const unsent = await sendByQueue(
    messages.filter((message) => message !== undefined),
    tools,
  );
  return claimed.map((claim, index) => {
    const message = messages[index];
    if (message === undefined || claim instanceof Failure) return claim;
    const result = unsent.get(message) ?? message;
    return result instanceof Failure ? result : { ...claim, sent: result.event };
  });
};

const messageOf = (
  { event, message }: Step,
  claim: Claimed | Failure,
  { objects }: RouteTools,
): OutgoingMessage | undefined => {
  if (claim instanceof Failure || claim.outcome === 'duplicate') return undefined;
  const write = claim.isRefused === true ? refusedMessage : toMessage;
  return write({ ...event.event, id: claim.key }, message.part([event]), objects.uriOf);
};

/** @returns the messages that were not sent as they are, each with why, or with the message that took its place. */
const sendByQueue = async (
  messages: readonly OutgoingMessage[],
  tools: RouteTools,
): Promise<ReadonlyMap<OutgoingMessage, Failure | OutgoingMessage>> => {
  const { queues, deadline } = tools;
  const unsent = new Map<OutgoingMessage, Failure | OutgoingMessage>();
  for (const [message, failure] of await putObjects(messages, tools)) unsent.set(message, failure);
  const ready = messages.filter((message) => !unsent.has(message));
  await Promise.all(
    [...Map.groupBy(ready, ({ event }) => event.entity)].map(async ([entity, sending]) => {
      for (const { message, error } of await queues.send(entity, sending, deadline)) {
        unsent.set(message, isRefusal(error) ? await sendRefused(message, tools) : new Failure(error));
      }
    }),
  );
  return unsent;
};

/**
 * Puts the objects that messages refer to into the bucket: a consumer must find what it is told of.
 *
 * @returns the messages whose objects are not there.
 */
const putObjects = async (
  messages: readonly OutgoingMessage[],
  { objects, deadline }: RouteTools,
): Promise<ReadonlyMap<OutgoingMessage, Failure>> => {
  const failures = new Map<OutgoingMessage, Failure>();
  await Promise.all(
    messages.map(async (message) => {
      if (message.object === undefined) return;
      if (!deadline.allowsWork()) return void failures.set(message, new Failure(new OutOfTime()));
      await objects
        .put(message.object.key, message.object, deadline.work)
        .catch((error: unknown) => failures.set(message, new Failure(error)));
    }),
  );
  return failures;
};

/** Sends what SQS never takes to `unrecognized.fifo`, in a form that it takes. */
const sendRefused = async (
  { event, delivery }: OutgoingMessage,
  tools: RouteTools,
): Promise<OutgoingMessage | Failure> => {
  const { queues, objects, deadline } = tools;
  const instead = refusedMessage(event, delivery, objects.uriOf);
  const failure = (await putObjects([instead], tools)).get(instead);
  if (failure !== undefined) return failure;
  const [refused] = await queues.send(instead.event.entity, [instead], deadline);
  return refused === undefined ? instead : new Failure(refused.error);
};
