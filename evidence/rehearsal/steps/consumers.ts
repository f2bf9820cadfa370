import assert from 'node:assert/strict';
import { join } from 'node:path';
import { eventsOf } from '../events.ts';
import { LARGER_THAN_A_MESSAGE, signLarge } from '../large.ts';
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
  { program: `node "${CONSUMERS}/consumer.ts"`, queue: 'CrmQueueUrl', event: 'CustomerUpdated' },
  { program: `python "${CONSUMERS}/consumer.py"`, queue: 'QuoteQueueUrl', event: 'QuoteUpdated' },
];

/** Services that read a queue with nothing but the SDK of their language and what `grantConsume` allows. */
export const consumers: Step = {
  title: 'Consume with the SDKs for TypeScript and Python, an event larger than a message too',
  run: async (walk) => {
    const environment = await assumeRole(walk);
    const consumed = await Promise.allSettled([
      ...ALL.map((consumer) => deliverAndConsume(walk, consumer, environment)),
      beRefused(walk, environment),
    ]);
    for (const one of consumed) if (one.status === 'rejected') throw one.reason;
  },
};

type Variables = Readonly<Record<string, string>>;

/** @returns the variables of a shell with the role of the consumers. */
const assumeRole = async (walk: Walk): Promise<Variables> => {
  const arn = `arn:aws:iam::${walk.target.account}:role/rehearsal-consumer`;
  const { out } = await succeed(walk, `aws sts assume-role --role-arn ${arn} --role-session-name consumer`);
  const { AccessKeyId, SecretAccessKey, SessionToken } = JSON.parse(out).Credentials;
  return {
    AWS_ACCESS_KEY_ID: AccessKeyId,
    AWS_SECRET_ACCESS_KEY: SecretAccessKey,
    AWS_SESSION_TOKEN: SessionToken,
  };
};

/** The role is for two queues only. */
const beRefused = async (walk: Walk, environment: Variables): Promise<void> => {
  const { ContactQueueUrl } = await outputsOf(walk);
  const { err } = await walk.customer.run(`aws sqs receive-message --queue-url ${ContactQueueUrl}`, {
    environment,
  });
  assert.match(err, /AccessDenied/, 'a consumer may read the queue of another');
};

const deliverAndConsume = async (walk: Walk, consumer: Consumer, environment: Variables): Promise<void> => {
  assert.deepEqual(await consume(walk, consumer, environment), [], `${consumer.queue} is not empty`);
  const sent = await deliverMany(walk, consumer.event);
  await until(`${EVENTS + 1} events routed`, async () => {
    const ids = (await eventsOf(walk)).map(({ deliveryId }) => deliveryId);
    return sent.every(({ id }) => ids.includes(`${id}`)) ? true : undefined;
  });
  const received = await consume(walk, consumer, environment);
  assert.deepEqual(received, sent, `${consumer.program} did not get each event once, whole and in order`);
};

interface Read {
  /** Of the delivery. */
  readonly id: string | undefined;
  /** The length of what makes an event large. */
  readonly noteLength: number;
}

/** Deliveries of one entity, one after the other: many small ones, and one that is too large for a message. */
const deliverMany = async (walk: Walk, event: string): Promise<readonly Read[]> => {
  const all: Read[] = [];
  for (let index = 0; index < EVENTS; index++) {
    const id = await deliverAndExpect(walk, 200, 'altoviz', await sign(walk, 'altoviz', event));
    all.push({ id, noteLength: 0 });
  }
  const large = await signLarge(walk, event, LARGER_THAN_A_MESSAGE);
  const id = await deliverAndExpect(walk, 200, 'altoviz', large);
  return [...all, { id, noteLength: LARGER_THAN_A_MESSAGE }];
};

/** @returns what came, in the order in which it came. */
const consume = async (
  walk: Walk,
  { program, queue }: Consumer,
  environment: Variables,
): Promise<readonly Read[]> => {
  const { [queue]: url } = await outputsOf(walk);
  const { out } = await succeed(walk, `${program} ${url}`, { environment });
  const known = new Map((await eventsOf(walk)).map(({ key, deliveryId }) => [key, deliveryId]));
  const lines = out.split('\n').filter((line) => line !== '');
  const received = lines.map((line): Printed => JSON.parse(line));
  // SQS keeps the order within a group only.
  assert(new Set(received.map(({ group }) => group)).size <= 1, 'one entity has several message groups');
  return received.map(({ id, noteLength }) => ({ id: known.get(id), noteLength }));
};

/** A line of a consumer. */
interface Printed {
  readonly id: string;
  readonly group: string;
  readonly noteLength: number;
}
