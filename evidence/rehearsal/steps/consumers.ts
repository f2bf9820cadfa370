import assert from 'node:assert/strict';
import { join } from 'node:path';
import { eventsOf } from '../events.ts';
import { deliverAndExpect, outputsOf, type Step, sign, succeed, until, type Walk } from '../walk.ts';

const CONSUMERS = join(import.meta.dirname, '..', 'consumers');
const EVENTS = 12;

/** Services that read a queue with nothing but the SDK of their language. */
export const consumers: Step = {
  title: 'Consume with the SDKs for TypeScript and Python',
  run: async (walk) => {
    for (const program of [`node "${CONSUMERS}/consumer.ts"`, `python "${CONSUMERS}/consumer.py"`]) {
      await consume(walk, program);
      const sent = await deliverMany(walk);
      const received = await until(`${EVENTS} events routed`, async () => {
        const ids = (await eventsOf(walk)).map(({ deliveryId }) => deliveryId);
        return sent.every((id) => ids.includes(id)) ? await consume(walk, program) : undefined;
      });
      assert.deepEqual(received, sent, `${program} did not get each event once and in order`);
    }
  },
};

/** Deliveries of one customer, one after the other. @returns their ids. */
const deliverMany = async (walk: Walk): Promise<readonly string[]> => {
  const ids: string[] = [];
  for (let index = 0; index < EVENTS; index++)
    ids.push(await deliverAndExpect(walk, 200, 'altoviz', await sign(walk, 'altoviz', 'CustomerUpdated')));
  return ids;
};

/** @returns the ids of the deliveries whose events came, in the order in which they came. */
const consume = async (walk: Walk, program: string): Promise<readonly (string | undefined)[]> => {
  const { CustomerQueueUrl } = await outputsOf(walk);
  const { out } = await succeed(walk, `${program} ${CustomerQueueUrl}`);
  const known = new Map((await eventsOf(walk)).map(({ key, deliveryId }) => [key, deliveryId]));
  const lines = out.split('\n').filter((line) => line !== '');
  const received = lines.map((line): { readonly id: string; readonly group: string } => JSON.parse(line));
  // SQS keeps the order within a group only.
  assert(new Set(received.map(({ group }) => group)).size <= 1, 'one entity has several message groups');
  return received.map(({ id }) => known.get(id));
};
