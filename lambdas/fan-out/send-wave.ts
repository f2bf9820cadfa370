import type { Objects } from '../bodies/objects.ts';
import { type Destination, deadLettersOf, type Routes } from '../core/routing-table.ts';
import type { EventClaims } from '../event-log/claim.ts';
import type { GatepostEvent } from '../events/event.ts';
import { type Deadline, OutOfTime } from './deadline.ts';
import { type OutgoingMessage, refusedMessage, toMessage } from './message.ts';
import type { QueueSender } from './queues.ts';
import { isGone, isQueueRefusal, isRefusal } from './refusal.ts';
import { type Claimed, type Claims, Failure, type Step } from './step.ts';

/** What sending needs. */
export interface SendTools {
  readonly log: EventClaims;
  readonly routes: Routes;
  readonly queues: QueueSender;
  readonly objects: Pick<Objects, 'uriOf' | 'put'>;
  readonly deadline: Deadline;
}

/** How an event was dealt with, or why it was not. */
export type WaveResult = Sent | Failure;

export interface Sent extends Omit<Claimed, 'sentTo'> {
  /** The event as it was sent. Absent on a duplicate. */
  readonly sent?: GatepostEvent;
  /** The queues that have it, by name without the stack's prefix and `.fifo`. */
  readonly sentTo?: readonly string[];
}

/** A message for one of the queues that get it. */
interface Sending {
  readonly message: OutgoingMessage;
  readonly to: Destination;
  /** The queues that have the event from an earlier try. */
  readonly sentTo: ReadonlySet<string> | undefined;
  /** How often the delivery was tried, this try included. */
  readonly tries: number;
}

/** An event that is dealt with as far as a queue is concerned. */
interface Arrived {
  /** The queue that wanted it. */
  readonly queue: string;
  readonly event: GatepostEvent;
  /** The queue that has it, and why, if that is another one. */
  readonly elsewhere?: { readonly queue: string; readonly refusal: unknown };
}

type Arrival = Arrived | Failure;

/** Sends the claimed events to the queues that want them, concurrently by queue. Returns one result per step. */
export const sendWave = async (
  wave: readonly Step[],
  claims: Claims,
  tools: SendTools,
): Promise<readonly WaveResult[]> => {
  const sendings = wave.map((step) => sendingsOf(step, claims.get(step) as Claimed | Failure, tools));
  const arrivals = await sendByQueue(
    sendings.flatMap(({ pending = [] }) => pending),
    tools,
  );
  return await Promise.all(
    wave.map(async (step, index) => {
      const claim = claims.get(step) as Claimed | Failure;
      const { message, pending = [] } = sendings[index] as Sendings;
      if (claim instanceof Failure) return claim;
      if (message === undefined) return withoutNote(claim);
      const arrived = pending.map((sending) => arrivals.get(sending) as Arrival);
      return await resultOf(claim, message, arrived, tools);
    }),
  );
};

interface Sendings {
  /** Absent if nothing is to be sent. */
  readonly message?: OutgoingMessage;
  /** For each queue that has not got it yet. */
  readonly pending?: readonly Sending[];
}

const sendingsOf = (
  { event, message: { delivery, part, tries } }: Step,
  claim: Claimed | Failure,
  { objects, routes }: SendTools,
): Sendings => {
  if (claim instanceof Failure || claim.outcome === 'duplicate') return {};
  const write = claim.refusal === undefined ? toMessage : refusedMessage;
  const message = write({ ...event.event, id: claim.key }, part([event]), objects.uriOf);
  const { provider, entity, action } = message.event;
  const matched = { source: delivery.source.name, provider, entity, action };
  const pending = routes(matched, delivery.replay?.consumer)
    .filter(({ queue }) => claim.sentTo?.has(queue) !== true)
    .map((to) => ({ message, to, sentTo: claim.sentTo, tries }));
  return { message, pending };
};

const withoutNote = ({ sentTo: _, ...claim }: Claimed): Sent => claim;

const resultOf = async (
  claim: Claimed,
  { event, delivery }: OutgoingMessage,
  arrived: readonly Arrival[],
  { log, deadline }: SendTools,
): Promise<WaveResult> => {
  const failure = arrived.find((arrival) => arrival instanceof Failure);
  const there = arrived.filter((arrival): arrival is Arrived => !(arrival instanceof Failure));
  if (failure === undefined) {
    const sentTo = [
      ...(claim.sentTo ?? []),
      ...there.map(({ queue, elsewhere }) => elsewhere?.queue ?? queue),
    ];
    const elsewhere = there.find((one) => one.elsewhere !== undefined)?.elsewhere;
    const sent = there.find((one) => one.event !== event)?.event ?? event;
    return { ...claim, sent, sentTo, ...(elsewhere !== undefined && { refusal: elsewhere.refusal }) };
  }
  const signal = there.length === 0 ? undefined : deadline.note();
  if (signal === undefined) return failure;
  // Without the note the next try sends it to all of them again, which SQS takes for duplicates for five minutes.
  const noted = new Set(
    there.flatMap(({ queue, elsewhere }) => [queue, ...(elsewhere ? [elsewhere.queue] : [])]),
  );
  return await log.noteSent(claim.key, delivery.deliveryId, [...noted], signal).then(
    () => failure,
    (error: unknown) => new Failure(error),
  );
};

const sendByQueue = async (
  sendings: readonly Sending[],
  tools: SendTools,
): Promise<ReadonlyMap<Sending, Arrival>> => {
  const { queues, deadline } = tools;
  const failures = await putObjects(new Set(sendings.map(({ message }) => message)), tools);
  const arrivals = new Map<Sending, Arrival>(
    sendings.map((sending) => [
      sending,
      failures.get(sending.message) ?? { queue: sending.to.queue, event: sending.message.event },
    ]),
  );
  const ready = sendings.filter(({ message }) => !failures.has(message));
  await Promise.all(
    [...Map.groupBy(ready, ({ to }) => to.queue)].map(async ([queue, sending]) => {
      const unsent = await queues.send(
        { queue },
        sending.map(({ message }) => message),
        deadline,
      );
      for (const { message, error } of unsent) {
        const one = sending.find((each) => each.message === message) as Sending;
        arrivals.set(one, await sendElsewhere(one, error, tools));
      }
    }),
  );
  return arrivals;
};

/**
 * Puts the objects that messages refer to into the bucket: a consumer must find what it is told of.
 *
 * @returns the messages whose objects are not there.
 */
const putObjects = async (
  messages: ReadonlySet<OutgoingMessage>,
  { objects, deadline }: Pick<SendTools, 'objects' | 'deadline'>,
): Promise<ReadonlyMap<OutgoingMessage, Failure>> => {
  const failures = new Map<OutgoingMessage, Failure>();
  await Promise.all(
    [...messages].map(async (message) => {
      if (message.object === undefined) return;
      if (!deadline.allowsWork()) return void failures.set(message, new Failure(new OutOfTime()));
      await objects
        .put(message.object.key, message.object, deadline.work)
        .catch((error: unknown) => failures.set(message, new Failure(error)));
    }),
  );
  return failures;
};

/**
 * Sends what a queue never takes to where it can be taken from: an event of a consumer to its dead letters, from which it can
 * be redriven, and one that no queue takes to `unrecognized.fifo`, in a form that SQS takes.
 */
const sendElsewhere = async (sending: Sending, error: unknown, tools: SendTools): Promise<Arrival> => {
  const { message, to, tries } = sending;
  const { queue, consumer } = to;
  const isFinal = consumer === undefined ? isRefusal(error) : isQueueRefusal(error, tries);
  if (!isFinal) return new Failure(error);
  if (consumer === undefined) return await sendRefused(sending, error, tools);
  const address = { queue: deadLettersOf(consumer), meant: queue };
  const [unsent] = await tools.queues.send(address, [message], tools.deadline);
  if (unsent === undefined) {
    return { queue, event: message.event, elsewhere: { queue: address.queue, refusal: error } };
  }
  // A denial of both can be mended, and waits.
  return isRefusal(unsent.error) || isGone(unsent.error)
    ? await sendRefused(sending, unsent.error, tools)
    : new Failure(unsent.error);
};

const sendRefused = async (
  { message: { event, delivery }, to, sentTo }: Sending,
  refusal: unknown,
  tools: SendTools,
): Promise<Arrival> => {
  const { queues, objects, deadline } = tools;
  const instead = refusedMessage(event, delivery, objects.uriOf);
  const { entity: queue } = instead.event;
  const arrived = { queue: to.queue, event: instead.event, elsewhere: { queue, refusal } };
  // Another queue that never takes it has sent it there before.
  if (sentTo?.has(queue) === true) return arrived;
  const failure = (await putObjects(new Set([instead]), tools)).get(instead);
  if (failure !== undefined) return failure;
  const [unsent] = await queues.send({ queue }, [instead], deadline);
  return unsent === undefined ? arrived : new Failure(unsent.error);
};
