import { expect, test } from '@jest/globals';
import { createFifoQueue, DEDUPLICATION } from '../../../../evidence/simulation/aws/fifo-queue.ts';
import type { Clock } from '../../../../evidence/simulation/clock.ts';

const VISIBILITY = 30_000;

/** A queue, and a clock that stands until it is moved. */
const setUp = () => {
  let now = 1_000_000;
  const clock: Clock = { now: () => now, after: () => undefined, run: async () => true };
  const queue = createFifoQueue(clock, {
    name: 'queue',
    visibility: VISIBILITY,
    maxReceiveCount: 2,
    wake: () => undefined,
  });
  return {
    queue,
    later: (ms: number) => {
      now += ms;
    },
    send: (body: string, group = 'group', deduplicationId = body) =>
      queue.send({ body, group, deduplicationId }).isNew,
    received: (most = 10) => queue.receive(most).map(({ body }) => body),
  };
};

test('what is sent twice within five minutes of the first time is there once', () => {
  const { send, later, received } = setUp();
  expect(send('a')).toBe(true);
  later(DEDUPLICATION - 1);
  expect(send('a')).toBe(false);
  // The second one doesn't begin the five minutes anew.
  later(1);
  expect(send('a')).toBe(true);
  expect(received()).toEqual(['a', 'a']);
});

test('the same deduplication id in another group is another message', () => {
  const { send } = setUp();
  expect(send('a', 'one', 'id')).toBe(true);
  expect(send('a', 'other', 'id')).toBe(true);
});

test('a group waits for its first message, others do not', () => {
  const { send, received } = setUp();
  for (const body of ['a1', 'a2', 'b1']) send(body, body.slice(0, 1));
  expect(received(1)).toEqual(['a1']);
  expect(received()).toEqual(['b1']);
  expect(received()).toEqual([]);
});

test('what is not deleted in time comes again, before what was behind it', () => {
  const { send, received, later } = setUp();
  send('a');
  expect(received()).toEqual(['a']);
  send('b');
  later(VISIBILITY);
  expect(received()).toEqual(['a', 'b']);
});

test('a receipt is good until the message is visible again', () => {
  const { queue, send, later, received } = setUp();
  send('a');
  const [late] = queue.receive(1);
  later(VISIBILITY);
  expect(queue.delete(late?.receipt ?? 0)).toBe(false);
  const [timely] = queue.receive(1);
  expect(queue.delete(timely?.receipt ?? 0)).toBe(true);
  later(VISIBILITY);
  expect(received()).toEqual([]);
  expect(queue.isEmpty()).toBe(true);
});

test('what was received too often is a dead letter, and comes back when it is moved', () => {
  const { queue, send, later, received } = setUp();
  send('a');
  send('b');
  for (let times = 0; times < 2; times++) {
    expect(received(1)).toEqual(['a']);
    later(VISIBILITY);
  }
  expect(received()).toEqual(['b']);
  expect(queue.deadLetters.map(({ body }) => body)).toEqual(['a']);
  queue.redrive();
  later(VISIBILITY);
  expect(received()).toEqual(['b', 'a']);
});
