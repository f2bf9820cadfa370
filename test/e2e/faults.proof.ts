import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { drawSchedule } from '../../evidence/simulation/draw.ts';
import { PROVIDERS } from '../../evidence/simulation/senders.ts';
import { nameOfArrived } from '../../evidence/simulation/told.ts';
import type { GatepostEvent } from '../../lambdas/events/event.ts';
import { assemblyUnderTest, withEnvironment, writeEdited } from './support/edited-assembly.ts';
import { type StartedGate, startGate } from './support/gate-under-test.ts';
import { startMachineClocks } from './support/machine-clocks.ts';
import { forLocalStack, type Posted, playSchedule, type Stage } from './support/play-schedule.ts';
import { redrive } from './support/redrive.ts';
import { type RotatingSecrets, rotatingSecrets } from './support/rotating-secrets.ts';
import { befallBy } from './support/schedule-faults.ts';

// The schedules of the simulation, played side by side against the local stack: real functions in real threads with
// clocks of their own, and connections that break. What is left out of it, and why: docs/simulation.md.

const INTAKE = 'gatepost-intake.fifo';
/** `npm run simulate -- --local 500` asks for more. */
const SCHEDULES = Number(process.env.GATEPOST_LOCAL_SCHEDULES ?? 100);

/** More at once, and it is the machine that is tested. */
const AT_ONCE = 12;

jest.setTimeout(60_000 + SCHEDULES * 10_000);

const clocks = startMachineClocks();
let assembly: string;
let gate: StartedGate;
let secrets: RotatingSecrets;
beforeAll(async () => {
  assembly = await writeEdited(withEnvironment((await assemblyUnderTest()).template, clocks.environment));
  gate = await startGate(assembly);
  secrets = rotatingSecrets(
    gate.localStack.secretsManager,
    JSON.parse(await readFile(join(gate.stateDir, 'secrets.json'), 'utf8')),
  );
}, 60_000);
afterAll(async () => {
  secrets?.stop();
  await gate?.stop();
  await rm(assembly, { recursive: true });
}, 30_000);

test(`${SCHEDULES} schedules of faults, side by side: what was answered is there, once, in order, and nothing else`, async () => {
  const schedules = Array.from({ length: SCHEDULES }, (_, seed) => forLocalStack(drawSchedule(seed)));
  const { localStack, aws } = gate;
  await gate.setVisibility(INTAKE, 2);
  const stage: Stage = { gate, pki: localStack.pki, secrets, clocks, intake: INTAKE };

  const began = new Map<number, number>();
  const befallen = befallBy({ aws, interrupt: localStack.interrupt }, schedules, (index) => began.get(index));
  const posted: Posted[] = [];
  const redriven: string[] = [];
  const waiting = [...schedules.entries()];
  const play = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, schedule] = next;
      began.set(index, Date.now());
      const played = await playSchedule(stage, schedule, index);
      posted.push(...played.posted);
      redriven.push(...played.redriven);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, play));
  aws.pass();
  await gate.settled();
  redriven.push(...(await redrive(gate, INTAKE)));
  const deadLetters = new Set(redriven.map(numberInText));
  await gate.settled();

  const events = posted.filter(({ kind }) => kind === 'event');
  const arrived = new Map<string, readonly number[]>();
  const entities = Object.values(PROVIDERS).map((provider) => provider.entity);
  for (const entity of [...entities, 'unrecognized'].filter((one) => one in localStack.queues)) {
    const count = await gate.depth(`gatepost-${entity}.fifo`);
    const taken = await gate.take(entity, count);
    arrived.set(
      entity,
      taken.map(({ event }) => numberIn(event)),
    );
  }

  // Faults that befall nothing would show nothing.
  expect(befallen()).toBeGreaterThan(SCHEDULES / 4);
  expect(events.filter(({ status, isSignedAnew }) => status === 200 && isSignedAnew).length).toBeGreaterThan(
    SCHEDULES / 4,
  );
  const refused = events.filter(({ status }) => status >= 400 && status < 500);
  expect(refused.filter(({ status, secretIsNew }) => status !== 401 || !secretIsNew)).toEqual([]);

  const accepted = new Set(events.filter(({ status }) => status === 200).map(({ event }) => event));
  expect(accepted.size).toBeGreaterThan(SCHEDULES);
  for (const event of accepted) {
    const { source, known, count } = events.find((one) => one.event === event) as Posted;
    const queue = arrived.get(known ? PROVIDERS[source].entity : 'unrecognized') ?? [];
    expect({ event, copies: queue.filter((one) => one === event).length }).toEqual({ event, copies: count });
  }

  // Stored, and the answer lost, is no forgery; but it has to be something that a provider sent.
  const sent = new Set(events.map(({ event }) => event));
  expect([...arrived.values()].flat().filter((event) => !sent.has(event))).toEqual([]);
  expect(overtaken(events, arrived, deadLetters)).toEqual([]);

  const confirmed = new Set(localStack.outside.confirmations.map(({ token }) => token));
  const handshakes = posted.filter(({ kind, status }) => kind === 'handshake' && status === 200);
  expect(handshakes.filter(({ token = '' }) => !confirmed.has(token))).toEqual([]);
});

/** Events that stand before one of the same entity that had been answered before they were even sent. */
const overtaken = (
  events: readonly Posted[],
  arrived: ReadonlyMap<string, readonly number[]>,
  deadLetters: ReadonlySet<number>,
): readonly string[] => {
  const places = new Map(
    [...arrived.values()].flatMap((queue) => queue.map((event, at) => [event, at] as const)),
  );
  const first = (event: number) =>
    Math.min(...events.filter((one) => one.event === event).map((one) => one.startedAt));
  const ordered = events.filter(
    ({ status, known, event, count }) => status === 200 && known && count === 1 && !deadLetters.has(event),
  );
  return ordered.flatMap((earlier) =>
    ordered
      .filter(
        ({ source, entity, event }) =>
          source === earlier.source && entity === earlier.entity && event !== earlier.event,
      )
      .filter(({ event }) => first(event) > earlier.answeredAt)
      .filter(({ event }) => Number(places.get(event)) < Number(places.get(earlier.event)))
      .map(({ event }) => `${event} stands before ${earlier.event}`),
  );
};

const numberInText = (text: string): number => Number(/"event\\*":(\d+)/.exec(text)?.[1]);

const numberIn = (event: GatepostEvent): number => Number(nameOfArrived(event)?.split('/')[0]);
