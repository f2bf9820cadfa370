import type { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import fc from 'fast-check';
import { writeDelivery } from '../../lambdas/core/delivery.ts';
import { createFanOut, type FanOutClients } from '../../lambdas/fan-out/fan-out.ts';
import { aContext } from '../lambdas/support/context.ts';
import { FOR_SQS } from '../lambdas/support/text.ts';
import { startWorld, type World } from '../lambdas/support/world.ts';
import { changedJson, hostileJson, hostileText, MARKER } from './support/hostile.ts';
import { COSTLY, COSTLY_MS, largest } from './support/largest.ts';
import { expectNothingOf, watchOutput } from './support/output.ts';
import { withinTime } from './support/processor-time.ts';
import { fuzz, TIMEOUT_MS } from './support/runs.ts';
import { readTargets, type Target } from './support/targets.ts';

let world: World;
let targets: readonly Target[];
let handle: (bodies: readonly string[]) => Promise<readonly string[]>;
/** The bodies of what was sent to the entity queues since they were last looked at. */
let sent: string[] = [];

beforeAll(async () => {
  world = await startWorld();
  targets = await readTargets(world.pki);
  Object.assign(process.env, {
    EVENT_LOG_TABLE: 'event-log',
    BODIES_BUCKET: 'bodies',
    RETENTION_SECONDS: '2592000',
    UNRECOGNIZED_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/123456789012/gatepost-unrecognized.fifo',
  });
  const routing = {
    entities: ['company', 'contact', 'invoice', 'order', 'payout', 'booking', 'issue', 'user', 'timesheet'],
    entityQueues: true,
    consumers: [],
  };
  // Both take whatever they are sent.
  const dynamo = { send: async () => ({}) };
  const sqs = {
    send: async ({ input }: SendMessageBatchCommand) => {
      sent.push(...(input.Entries ?? []).map(({ MessageBody = '' }) => MessageBody));
      return {};
    },
  };
  const handler = createFanOut({ sqs, dynamo, routing } as FanOutClients);
  handle = async (bodies) => {
    sent = [];
    const Records = bodies.map((body, index) => record(`m${index}`, body));
    const response: SQSBatchResponse = await handler({ Records }, aContext());
    return response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
}, 60_000);
afterAll(() => world.stop());

const record = (messageId: string, body: string): SQSRecord =>
  ({
    messageId,
    body,
    attributes: { MessageGroupId: messageId, ApproximateReceiveCount: '1' },
  }) as unknown as SQSRecord;

/** Hands the bodies over, and holds what holds for every input. */
const holdFor = async (
  input: fc.Arbitrary<readonly string[]>,
  holds: (failed: readonly string[], bodies: readonly string[]) => void,
) => {
  const output = watchOutput();
  try {
    await fuzz(input, async (bodies) => {
      const failed = await withinTime(() => handle(bodies));
      holds(failed, bodies);
      const log = output.printed();
      expect(log).toContain('"outcome":');
      expectNothingOf([MARKER], log);
    });
  } finally {
    output.stop();
  }
};

/** A delivery as ingest writes it. */
const intake = (provider: string, settings: object) => ({
  deliveryId: 'delivery-1',
  source: { name: 'mine', provider, settings },
  receivedAt: '2024-03-11T00:01:00.000Z',
  headers: {},
  path: {},
});

test(
  'what is no intake message fails by itself, and takes nothing along',
  () => {
    const readable = writeDelivery({ ...intake('altoviz', {}), body: '{}' });
    const anything = fc.oneof(
      hostileText(5_000),
      hostileJson,
      changedJson(
        writeDelivery({ ...intake('altoviz', {}), body: '{"id":1,"type":"ContactCreated","data":{}}' }),
      ),
      changedJson(JSON.stringify({ ...intake('ivy', {}), bodyGzip: 'H4sIAAAAAAAAA6uuBQBDv6ajAgAAAA==' })),
    );
    return holdFor(
      anything.map((body) => [body, readable]),
      (failed) => expect(failed).not.toContain('m1'),
    );
  },
  TIMEOUT_MS,
);

/** What ingest stores of whatever a provider says, and of whatever else were ever to be stored. */
const stored = (): fc.Arbitrary<string> =>
  fc
    .constantFrom(...targets.keys())
    .map((index) => targets[index] as Target)
    .chain(({ provider, settings, genuine }) =>
      fc
        .oneof(
          genuine.map(({ headers, path, body }) => ({ headers, path, body: body.toString() })),
          hostileJson.map((body) => ({ headers: {}, path: {}, body })),
        )
        .map((content) => writeDelivery({ ...intake(provider, settings), ...content })),
    );

test(
  'whatever was accepted goes to a queue, and SQS can take it',
  async () => {
    await holdFor(fc.array(stored(), { minLength: 1, maxLength: 2 }), (failed) => {
      expect(failed).toEqual([]);
      for (const body of sent) expect(body).toMatch(FOR_SQS);
    });
  },
  TIMEOUT_MS,
);

test.each(COSTLY)(
  'a delivery of %s goes to a queue in no time',
  async (_, numbers) => {
    // One of each provider: what costs is read by the same code for all of its targets.
    for (const [target] of Map.groupBy(targets, (each) => each.provider).values()) {
      if (target === undefined) continue;
      const deliver = largest(target, numbers);
      const deliveryOf = (attempt: number) => {
        const { headers, path, body } = deliver(attempt);
        return writeDelivery({
          ...intake(target.provider, target.settings),
          headers,
          path,
          body: body.toString(),
        });
      };
      const output = watchOutput();
      try {
        const failed = await withinTime((delivery) => handle([delivery]), COSTLY_MS, deliveryOf);
        expect([target.name, failed]).toEqual([target.name, []]);
        expect(sent).not.toEqual([]);
      } finally {
        output.stop();
      }
    }
  },
  TIMEOUT_MS,
);
