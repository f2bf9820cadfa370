import assert from 'node:assert/strict';
import { join } from 'node:path';
import { eventsOf } from '../events.ts';
import { deliverAndExpect, outputsOf, type Step, sign, succeed, until, type Walk } from '../walk.ts';

const CONSUMERS = join(import.meta.dirname, '..', 'consumers');
const EVENTS = 12;

interface Consumer {
  readonly program: string;
  /** The output with the URL of its queue. */
  readonly queue: string;
  /** An event of Altoviz that is sent to this queue. */
  readonly event: string;
}

const ALL: readonly Consumer[] = [
  { program: `node "${CONSUMERS}/consumer.ts"`, queue: 'CustomerQueueUrl', event: 'CustomerUpdated' },
  { program: `python "${CONSUMERS}/consumer.py"`, queue: 'QuoteQueueUrl', event: 'QuoteUpdated' },
];

/** Services that read a queue with nothing but the SDK of their language. */
export const consumers: Step = {
  title: 'Consume with the SDKs for TypeScript and Python',
  run: async (walk) => {
    const consumed = await Promise.allSettled(ALL.map((consumer) => deliverAndConsume(walk, consumer)));
    for (const one of consumed) if (one.status === 'rejected') throw one.reason;
  },
};

const deliverAndConsume = async (walk: Walk, consumer: Consumer): Promise<void> => {
  assert.deepEqual(await consume(walk, consumer), [], `${consumer.queue} is not empty`);
  const sent = await deliverMany(walk, consumer.event);
  await until(`${EVENTS} events routed`, async () => {
    const ids = (await eventsOf(walk)).map(({ deliveryId }) => deliveryId);
    return sent.every((id) => ids.includes(id)) ? true : undefined;
  });
  const received = await consume(walk, consumer);
  assert.deepEqual(received, sent, `${consumer.program} did not get each event once and in order`);
};

/** Deliveries of one entity, one after the other. @returns their ids. */
const deliverMany = async (walk: Walk, event: string): Promise<readonly string[]> => {
  const ids: string[] = [];
  for (let index = 0; index < EVENTS; index++)
    ids.push(await deliverAndExpect(walk, 200, 'altoviz', await sign(walk, 'altoviz', event)));
  return ids;
};

/** @returns the ids of the deliveries whose events came, in the order in which they came. */
const consume = async (
  walk: Walk,
  { program, queue }: Consumer,
): Promise<readonly (string | undefined)[]> => {
  const { [queue]: url } = await outputsOf(walk);
  const { out } = await succeed(walk, `${program} ${url}`);
  const known = new Map((await eventsOf(walk)).map(({ key, deliveryId }) => [key, deliveryId]));
  const lines = out.split('\n').filter((line) => line !== '');
  const received = lines.map((line): { readonly id: string; readonly group: string } => JSON.parse(line));
  // SQS keeps the order within a group only.
  assert(new Set(received.map(({ group }) => group)).size <= 1, 'one entity has several message groups');
  return received.map(({ id }) => known.get(id));
};
