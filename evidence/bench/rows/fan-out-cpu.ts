import type { PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { SendMessageBatchCommandInput } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import type { BenchContext } from '../bench-context.ts';
import { deliveriesOf, toDelivery, toSqsEvents } from '../deliveries.ts';
import { fanOutEnvironment } from '../environments.ts';
import type { Calls } from '../floors/fan-out.ts';
import type { Measurement } from '../measurement.ts';
import { type ContenderOptions, startContender } from '../process/contender.ts';
import { race } from '../process/race.ts';
import { median, medianRatio } from '../statistics.ts';

export const FAN_OUT = 'lambdas/fan-out/handler.ts';

/** The entities of the deliveries of these rows. */
export const ENTITIES = ['contact', 'customer', 'invoice', 'product', 'quote'] as const;

/** Two events for each of them: what a busy batch looks like. */
const KINDS = ENTITIES.flatMap((entity) => {
  const name = `${entity.charAt(0).toUpperCase()}${entity.slice(1)}`;
  return [`${name}Created`, `${name}Updated`];
});

/** Processor time of one event in fan-out, in batches of ten. */
export const fanOutCpu = async (bench: BenchContext): Promise<readonly Measurement[]> => {
  const batches = await someBatches(bench, 32);
  const floor = { events: await callsOf(bench, batches) };
  const [ours = [], theirs = []] = await racePerEvent(bench, [
    { bundle: await bench.bundles.of(FAN_OUT), events: batches },
    { bundle: await bench.bundles.of('evidence/bench/floors/fan-out.ts'), ...floor },
  ]);
  return [
    {
      id: 'fan-out-cpu',
      what: 'processor time of one event in fan-out, batches of ten',
      ours: median(ours),
      other: { name: 'the same SDK calls alone', value: median(theirs) },
      unit: 'µs',
      figure: medianRatio(ours, theirs),
      target: { is: 'at most', value: 1.4 },
    },
  ];
};

/**
 * Batches of ten deliveries, each an event of another thing.
 *
 * @param sources how many sources they come from, in turn.
 */
export const someBatches = async (
  { pki }: BenchContext,
  count: number,
  sources = 1,
): Promise<readonly SQSEvent[]> => {
  const requests = await deliveriesOf('altoviz', pki).sign(count * 10, KINDS);
  return toSqsEvents(
    requests.map((request, index) => toDelivery(request, 'altoviz', `altoviz-${index % sources}`)),
  );
};

/** What fan-out needs to run. */
export const fanOutOptions = ({ stub }: BenchContext) => ({
  answers: { batchItemFailures: [] },
  environment: fanOutEnvironment(ENTITIES, stub.url),
});

/**
 * Lets them race.
 *
 * @returns for each the processor time of an event in µs, a turn each.
 */
export const racePerEvent = async (
  bench: BenchContext,
  racers: readonly Racer[],
): Promise<readonly (readonly number[])[]> => {
  const course = bench.quick ? QUICK : FULL;
  const slices = await race(
    racers.map((racer) => ({ ...fanOutOptions(bench), ...racer })),
    course,
  );
  return slices.map((each) => each.map(({ cpuUs }) => cpuUs / course.calls / 10));
};

const FULL = { heats: 4, warmUp: 60, rounds: 4, calls: 30 } as const;
const QUICK = { heats: 1, warmUp: 30, rounds: 4, calls: 15 } as const;

type Racer = Pick<ContenderOptions, 'bundle' | 'events'>;

/** The calls that fan-out makes for each batch, as the stub saw them. */
const callsOf = async (bench: BenchContext, batches: readonly SQSEvent[]): Promise<readonly Calls[]> => {
  const fanOut = await startContender({
    ...fanOutOptions(bench),
    bundle: await bench.bundles.of(FAN_OUT),
    events: batches,
  });
  try {
    const all: Calls[] = [];
    await bench.stub.tell({ record: true });
    for (const _ of batches) {
      await fanOut.run(1);
      const calls = await bench.stub.tell({});
      const inputsOf = (action: string) =>
        calls.filter((call) => call.action === action).map(({ input }) => input);
      all.push({
        puts: inputsOf('PutItem').map((input) => withBytes(input as unknown as PutItemCommandInput)),
        sends: inputsOf('SendMessageBatch') as unknown as readonly SendMessageBatchCommandInput[],
      });
    }
    return all;
  } finally {
    await bench.stub.tell({ record: false });
    await fanOut.stop();
  }
};

/** On the wire bytes are base64; the SDK takes them as they are. */
const withBytes = (input: PutItemCommandInput): PutItemCommandInput => ({
  ...input,
  Item: Object.fromEntries(
    Object.entries(input.Item ?? {}).map(([name, value]) => [
      name,
      value.B === undefined ? value : { B: Buffer.from(String(value.B), 'base64') },
    ]),
  ),
});
