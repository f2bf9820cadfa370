import { setTimeout as sleep } from 'node:timers/promises';
import type { Edge, Fate, Schedule } from '../../../evidence/simulation/schedule.ts';
import type { AwsCall, AwsTap, Fate as CallFate } from './aws-tap.ts';

/**
 * The numbers that the things and the events of a schedule bear on the local stack, where many are played side by side: a call's
 * body says by them whose it is.
 */
export const eventNumber = (schedule: number, event: number): number => (schedule + 1) * 1_000 + event;
export const entityNumber = (schedule: number, entity: number): number => (schedule + 1) * 1_000 + entity;
export const scheduleOf = (number: number): number => Math.floor(number / 1_000) - 1;

/** Hours become seconds, and the order of all that happens stays the same. In ms, both. */
export const shortened = (ms: number): number => Math.round(200 * Math.log2(1 + ms / 1_000));

/** What it takes to let the faults of schedules befall the calls of a gate. */
export interface FaultyGate {
  readonly aws: AwsTap;
  /** Ends a function in the middle of what it does. */
  interrupt(functionName: string): Promise<void>;
}

/**
 * Lets the faults of schedules befall the functions' calls: each those calls that carry something of its own, and with
 * them whatever of the others travels in the same batch. What a source's secret is asked for is of each that rotates it.
 *
 * @param began when each schedule did, in ms since 1970; undefined before.
 * @returns tells how many calls a fault has befallen so far.
 */
export const befallBy = (
  { aws, interrupt }: FaultyGate,
  schedules: readonly Schedule[],
  began: (schedule: number) => number | undefined,
): (() => number) => {
  let befallen = 0;
  const counts = new Map<string, number>();
  const owners = new Map<string, number>();

  const fateOf = (index: number, edge: string): Fate | undefined => {
    const nth = counts.get(`${index} ${edge}`) ?? 0;
    counts.set(`${index} ${edge}`, nth + 1);
    const at = Date.now() - (began(index) ?? Number.POSITIVE_INFINITY);
    for (const step of schedules[index]?.steps ?? []) {
      if (step.step === 'fault' && step.edge === edge && step.nth === nth) return step.fate;
      if (step.step === 'outage' && step.edge === edge) {
        const [from, to] = [shortened(step.at), shortened(step.at + step.lasts)];
        if (from <= at && at < to) return step.fate;
      }
    }
    return undefined;
  };

  const rotating = (functionName: string): readonly number[] =>
    [...schedules.entries()]
      .filter(([index]) => began(index) !== undefined)
      .filter(([, { steps }]) =>
        steps.some((step) => step.step === 'rotation' && functionName === `gatepost-ingest-${step.source}`),
      )
      .map(([index]) => index);

  aws.decide(async (call) => {
    const edge = edgeOf(call);
    const ofSchedules =
      edge === 'GetSecretValue' ? rotating(call.functionName) : ownersOf(call, edge, owners);
    const fates = ofSchedules.map((index) => fateOf(index, edge));
    const fate = fates.find((one) => one !== undefined);
    if (fate !== undefined) befallen++;
    return bringAbout(fate, () => interrupt(call.functionName));
  });
  return () => befallen;
};

/** The edge of the simulation that a call goes over. */
const edgeOf = ({ action, functionName, body }: AwsCall): string => {
  if (action === 'SendMessageBatch' && functionName !== 'gatepost-fan-out') return 'store';
  return action === 'PutItem' && body.includes('"key":{"S":"progress/') ? 'note' : action;
};

/** A note of the progress names no event, so it meets no fault here. */
const EDGES: ReadonlySet<string> = new Set<Edge>(['store', 'SendMessageBatch', 'PutItem', 'UpdateItem']);

/** Whose call it is: a batch may be several schedules'. An update names its item's key only, which was put before. */
const ownersOf = ({ body }: AwsCall, edge: string, known: Map<string, number>): readonly number[] => {
  if (!EDGES.has(edge)) return [];
  const key = /"key":\{"S":"([^"]+)"/.exec(body)?.[1] ?? '';
  if (edge === 'UpdateItem') return [known.get(key)].filter((index) => index !== undefined);
  const numbers = edge === 'PutItem' ? /"entityId":\{"S":"(\d+)"/g : /event\\*":(\d+)/g;
  const owners = [...new Set([...body.matchAll(numbers)].map(([, number]) => scheduleOf(Number(number))))];
  if (edge === 'PutItem' && owners[0] !== undefined) known.set(key, owners[0]);
  return owners;
};

/** The longest that a call is held back, in ms: longer than the functions wait. */
const LONGEST = 2_500;

const bringAbout = async (fate: Fate | undefined, interrupt: () => Promise<void>): Promise<CallFate> => {
  if (fate === undefined) return 'pass';
  switch (fate.fate) {
    case 'fail':
    case 'nonsense':
      return 500;
    case 'throttle':
      return 429;
    case 'deny':
      return 403;
    case 'late':
      await sleep(Math.min(fate.by, LONGEST));
      return 'pass';
    case 'stall':
      await sleep(Math.min(fate.by, LONGEST));
      return 'pass';
    // The proxy doesn't read what it passes on, so of a batch all are taken or none.
    case 'part':
      return 'lose-answer';
    case 'die':
      await interrupt();
      return fate.when === 'before' ? 'lose' : 'lose-answer';
    default:
      return fate.fate;
  }
};
