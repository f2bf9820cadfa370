import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { Schedule } from '../../../evidence/simulation/schedule.ts';
import { type Simulation, startSimulation } from '../../../evidence/simulation/simulation.ts';

// What is simulated and what is promised: docs/simulation.md.

jest.setTimeout(120_000);

let simulation: Simulation;
beforeAll(() => {
  simulation = startSimulation(1);
});
afterAll(async () => {
  await simulation[Symbol.asyncDispose]();
});

// CI plays more of them, by `npm run simulate`.
test('all promises are kept in 200 schedules of faults', async () => {
  const { ran, failure } = await simulation.runSeeds({ from: 0, seeds: 200 });
  expect(failure?.broken ?? []).toEqual([]);
  expect(ran).toBe(200);
});

const MUTANT = 'claim-without-delivery-id';

/** Fan-out dies once between claim and send, and much else happens that has nothing to do with it. */
const SCHEDULE: Schedule = {
  seed: 1,
  setup: {
    visibility: 180,
    maxReceiveCount: 5,
    retention: 1_209_600,
    rotationGrace: 1_200,
    innerSignature: 'require',
    repeatWindow: 345_600,
    slowness: 0,
    consumers: false,
  },
  steps: [
    { step: 'handshake', at: 0, token: 1 },
    { step: 'event', at: 10, source: 'ivvy', event: 1, entity: 1, known: true },
    { step: 'forgery', at: 20, source: 'avaza', forgery: 1, how: 'key' },
    { step: 'fault', edge: 'SendMessageBatch', nth: 0, fate: { fate: 'die', when: 'before' } },
    { step: 'repeat', at: 60_000, event: 1 },
    { step: 'certificate', at: 70_000 },
  ],
};

test('a failure is cut down to the steps that it takes', async () => {
  const { failure } = await simulation.runSchedule(SCHEDULE, MUTANT);
  if (failure === undefined) throw new Error('nothing failed');
  const { schedule, broken } = await simulation.shorten(failure, MUTANT);
  expect(schedule.steps.map(({ step }) => step)).toEqual(['event', 'fault']);
  expect(broken).toEqual(['event 1/0 was answered with 200 and is in no queue']);
  expect((await simulation.runSchedule(SCHEDULE)).failure).toBeUndefined();
});

test('a schedule that is run again fails in the same way, to the last word', async () => {
  const runs = [
    await simulation.runSchedule(SCHEDULE, MUTANT),
    await simulation.runSchedule(JSON.parse(JSON.stringify(SCHEDULE)), MUTANT),
  ];
  expect(runs[0]).toEqual(runs[1]);
});

test('a mutant whose text is not there any more is no mutant', async () => {
  const one = startSimulation(1);
  try {
    await expect(one.runSeeds({ from: 0, seeds: 1, mutant: 'nobody' })).rejects.toThrow(
      'there is no mutant "nobody"',
    );
    // The thread goes on: a task that nobody answers would hold up everything behind it.
    await expect(one.runSeeds({ from: 0, seeds: 1 })).resolves.toMatchObject({ ran: 1 });
  } finally {
    await one[Symbol.asyncDispose]();
  }
});
