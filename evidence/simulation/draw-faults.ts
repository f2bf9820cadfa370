import type { Random } from './random.ts';
import type { Edge, EventStep, Fate, Setup, Step } from './schedule.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** A function stands still nearly as long as it may, and a call after that is not answered; much later it goes on. */
export const drawStall = (random: Random, events: readonly EventStep[]): readonly Step[] => {
  const { event, source, at } = random.pick(events);
  const first = source === 'ivvy' ? 'certificate' : 'GetSecretValue';
  return [
    { step: 'fault', edge: first, nth: 0, fate: { fate: 'stall', by: random.int(8_000, 10_500) } },
    { step: 'fault', edge: 'store', nth: 0, fate: { fate: 'lose-answer' } },
    { step: 'repeat', at: at + random.int(6 * MINUTE, 20 * MINUTE), event },
  ];
};

/** All calls over an edge end so, for a time. */
export const outageOf = (edge: Edge, at: number, lasts: number, fate: Fate): Step => ({
  step: 'outage',
  edge,
  at,
  lasts,
  fate,
});

/** How often an edge is called in a run, roughly: a fault further on would fall on nothing. */
const CALLS: Readonly<Record<Edge, number>> = {
  post: 12,
  store: 12,
  GetSecretValue: 6,
  certificate: 3,
  confirmation: 2,
  key: 3,
  PutItem: 14,
  UpdateItem: 5,
  note: 3,
  GetItem: 3,
  SendMessageBatch: 12,
  consumer: 16,
  PutObject: 4,
  GetObject: 3,
  invoke: 10,
  DeleteMessageBatch: 10,
  reject: 4,
  keep: 6,
  'take-back': 4,
  find: 6,
  mark: 5,
};

/** Called only where bodies are large. */
export const OBJECT_EDGES = ['PutObject', 'GetObject'] as const satisfies readonly Edge[];

/** Called only where something was refused. */
export const REJECTION_EDGES = [
  'reject',
  'keep',
  'take-back',
  'find',
  'mark',
] as const satisfies readonly Edge[];

const RARE_EDGES: ReadonlySet<Edge> = new Set([...OBJECT_EDGES, ...REJECTION_EDGES, 'consumer']);

/** What befalls the queues of consumers: some calls, or all of a time. */
export const drawConsumerFaults = (random: Random, { visibility }: Setup): readonly Step[] => [
  ...Array.from({ length: random.int(0, 3) }, () => drawRareFault(random, ['consumer'])),
  ...(random.chance(0.4)
    ? [
        outageOf('consumer', random.int(0, MINUTE), random.int(1, 5) * visibility * SECOND, {
          fate: random.pick(['fail', 'fail', 'throttle', 'lose', 'deny']),
        }),
      ]
    : []),
];

const EDGES = (Object.keys(CALLS) as readonly Edge[]).filter((edge) => !RARE_EDGES.has(edge));

/** Where it matters more what happens. */
const BUSY_EDGES = [
  'store',
  'PutItem',
  'SendMessageBatch',
  'DeleteMessageBatch',
  'post',
] as const satisfies readonly Edge[];

/** One call. */
export const drawFault = (random: Random): Step => {
  return drawRareFault(random, [random.chance(0.6) ? random.pick(BUSY_EDGES) : random.pick(EDGES)]);
};

/** One call over one of these edges. */
export const drawRareFault = (random: Random, edges: readonly Edge[]): Step => {
  const edge = random.pick(edges);
  return { step: 'fault', edge, nth: random.int(0, CALLS[edge]), fate: drawFate(random, edge) };
};

/** Many. */
export const drawOutage = (random: Random, { maxReceiveCount, visibility }: Setup): Step => {
  const edge = random.pick(EDGES);
  // What is tried every few minutes for hours takes its time to simulate, so it is rare.
  const long = edge === 'PutItem' && random.chance(0.05);
  const tries = long ? Math.min(maxReceiveCount + 2, 250) : random.int(1, Math.min(maxReceiveCount + 2, 8));
  const { fate } = drawFate(random, edge);
  return outageOf(
    edge,
    random.int(0, 2 * MINUTE),
    isBehindIntake(edge) ? tries * visibility * SECOND : random.int(SECOND, 3 * MINUTE),
    // A function that dies with every call for hours says no more than one that does so once.
    fate === 'die' || fate === 'part' || fate === 'late' || fate === 'twice' || fate === 'stall'
      ? { fate: 'fail' }
      : { fate },
  );
};

const isBehindIntake = (edge: Edge): boolean => BEHIND_INTAKE.has(edge);

const BEHIND_INTAKE: ReadonlySet<Edge> = new Set([
  'PutItem',
  'UpdateItem',
  'note',
  'GetItem',
  'SendMessageBatch',
  'consumer',
  'GetObject',
  'DeleteMessageBatch',
]);

const drawFate = (random: Random, edge: Edge): Fate => {
  const late = { fate: 'late', by: random.pick([200, 1_500, 2_500, 9_000]) } as const;
  const stall = { fate: 'stall', by: random.pick([500, 3_000, 9_500, 28_500]) } as const;
  const lost = [{ fate: 'lose' }, { fate: 'lose-answer' }] as const;
  const die: Fate = { fate: 'die', when: random.pick(['before', 'during', 'after'] as const) };
  const refused = [{ fate: 'fail' }, { fate: 'throttle' }, { fate: 'deny' }] as const;
  switch (edge) {
    case 'post':
      return random.pick([...lost, late, { fate: 'twice' }, { fate: 'twice' }]);
    case 'invoke':
      return random.pick([{ fate: 'late', by: random.int(100, 20_000) }, { fate: 'lose' }, { fate: 'fail' }]);
    case 'take-back':
      return random.pick([...lost, { fate: 'fail' }, late, { fate: 'twice' }, { fate: 'twice' }]);
    case 'DeleteMessageBatch':
      return random.pick([...lost, { fate: 'fail' }, { fate: 'part', refused: random.int(1, 1023) }]);
    case 'certificate':
    case 'key':
      return random.pick([{ fate: 'fail' }, ...lost, late, die, { fate: 'nonsense' }]);
    case 'confirmation':
      return random.pick([{ fate: 'fail' }, ...lost, late, die]);
    case 'store':
    case 'SendMessageBatch':
    case 'consumer':
      return random.pick([
        ...lost,
        ...refused,
        late,
        stall,
        die,
        die,
        part(random),
        part(random),
        { fate: 'twice' },
      ]);
    default:
      return random.pick([...lost, ...refused, late, stall, die, die, { fate: 'twice' }]);
  }
};

const part = (random: Random) => ({ fate: 'part', refused: random.int(1, 1023) }) as const;
