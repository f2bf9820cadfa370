import type { Objects } from '../bodies/objects.ts';
import type { GatepostEvent } from '../events/event.ts';
import { type Deadline, OutOfTime } from './deadline.ts';
import { type OutgoingMessage, refusedMessage, toMessage } from './message.ts';
import type { EntityQueueSender } from './queues.ts';
import { isRefusal } from './refusal.ts';
import { type Claimed, type Claims, Failure, type Step } from './step.ts';

/** What sending needs. */
export interface SendTools {
  readonly queues: EntityQueueSender;
  readonly objects: Pick<Objects, 'uriOf' | 'put'>;
  readonly deadline: Deadline;
}

/** How an event was dealt with, or why it was not. */
export type WaveResult = (Claimed & { readonly sent?: GatepostEvent }) | Failure;

/** Sends the claimed events, concurrently by queue. Returns one result per step. */
export const sendWave = async (
  wave: readonly Step[],
  claims: Claims,
  tools: SendTools,
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
    const other = unsent.get(message);
    if (other instanceof Failure) return other;
    return other === undefined
      ? { ...claim, sent: message.event }
      : { ...claim, sent: other.message.event, refusal: other.refusal };
  });
};

const messageOf = (
  { event, message }: Step,
  claim: Claimed | Failure,
  { objects }: SendTools,
): OutgoingMessage | undefined => {
  if (claim instanceof Failure || claim.outcome === 'duplicate') return undefined;
  const write = claim.refusal === undefined ? toMessage : refusedMessage;
  return write({ ...event.event, id: claim.key }, message.part([event]), objects.uriOf);
};

/** What was sent in the place of a message that SQS refused for good. */
interface Substitute {
  readonly message: OutgoingMessage;
  readonly refusal: unknown;
}

/** @returns the messages that were not sent as they are, each with why, or with the message that took its place. */
const sendByQueue = async (
  messages: readonly OutgoingMessage[],
  tools: SendTools,
): Promise<ReadonlyMap<OutgoingMessage, Failure | Substitute>> => {
  const { queues, deadline } = tools;
  const unsent = new Map<OutgoingMessage, Failure | Substitute>();
  for (const [message, failure] of await putObjects(messages, tools)) unsent.set(message, failure);
  const ready = messages.filter((message) => !unsent.has(message));
  await Promise.all(
    [...Map.groupBy(ready, ({ event }) => event.entity)].map(async ([entity, sending]) => {
      for (const { message, error } of await queues.send(entity, sending, deadline)) {
        unsent.set(message, isRefusal(error) ? await sendRefused(message, error, tools) : new Failure(error));
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
  { objects, deadline }: SendTools,
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
  refusal: unknown,
  tools: SendTools,
): Promise<Substitute | Failure> => {
  const { queues, objects, deadline } = tools;
  const instead = refusedMessage(event, delivery, objects.uriOf);
  const failure = (await putObjects([instead], tools)).get(instead);
  if (failure !== undefined) return failure;
  const [refused] = await queues.send(instead.event.entity, [instead], deadline);
  return refused === undefined ? { message: instead, refusal } : new Failure(refused.error);
};
