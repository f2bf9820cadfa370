import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { PROJECT_ROOT } from '../../../lib/project-root.ts';
import { LOCAL_CLIENT } from '../../../local/aws/endpoints.ts';
import { type LocalStack, startLocalStack } from '../../../local/local-stack.ts';
import { synthesize } from '../../../local/synthesize.ts';
import { altoviz } from '../../../senders/altoviz.ts';
import { readSample } from '../../../senders/samples.ts';
import type { Sample, SignedRequest } from '../../../senders/sender.ts';
import { signerFor } from '../../../senders/signer.ts';
import type { BenchContext } from '../bench-context.ts';
import { writeForwarding } from '../forwarding-assembly.ts';
import type { Measurement } from '../measurement.ts';
import { median, medianRatio } from '../statistics.ts';

const CONNECTIONS = 8;
const FUNCTION = 'gatepost-ingest-altoviz';

// Warm: each function's code is compiled anew in each of its workers, of which ours has seven.
const FULL = { warmUp: 8_000, rounds: 4, deliveries: 2_500 } as const;
const QUICK = { warmUp: 50, rounds: 1, deliveries: 200 } as const;

/** Through the front door of the local stack, over eight connections, beside a handler that only forwards to SQS. */
export const localStack = async (bench: BenchContext): Promise<readonly Measurement[]> => {
  const { warmUp, rounds, deliveries } = bench.quick ? QUICK : FULL;
  const assembly = join(bench.directory, 'assembly');
  const forwarding = join(bench.directory, 'forwarding');
  await synthesize(PROJECT_ROOT, assembly);
  await writeForwarding(
    assembly,
    forwarding,
    FUNCTION,
    await bench.bundles.of('evidence/bench/peers/forwarder.ts'),
  );

  await using running = new AsyncDisposableStack();
  const start = async (directory: string, name: string) => {
    const stack = await startStack(directory, join(bench.directory, name));
    running.defer(() => stack.stop());
    return stack;
  };
  const ours = await start(assembly, 'state');
  const peer = await start(forwarding, 'forwarding-state');

  const [answered, queued, forwarded]: [number[], number[], number[]] = [[], [], []];
  await ours.run(warmUp);
  await peer.run(warmUp);
  for (let round = 0; round < rounds; round++) {
    const { answeredMs, queuedMs } = await ours.run(deliveries);
    answered.push(answeredMs / deliveries);
    queued.push(queuedMs / deliveries);
    forwarded.push((await peer.run(deliveries)).answeredMs / deliveries);
  }
  const sent = rounds * deliveries + warmUp;
  const lost = sent - (await ours.depth());
  const total = (rounds * deliveries).toLocaleString('en-GB');
  const besides = { name: 'only forwarding to SQS', value: median(forwarded) };
  return [
    {
      id: 'local-stack/answered',
      what: `local stack, POST to the answer, which is to intake.fifo: a delivery of ${total}`,
      ours: median(answered),
      other: besides,
      unit: 'ms',
      figure: medianRatio(answered, forwarded),
      target: { is: 'at most', value: 2 },
      reason:
        'the gateway, the load and fan-out share two cores with what is measured, and fan-out works on the deliveries before at the same time',
    },
    {
      id: 'local-stack/queued',
      what: `local stack, POST to the entity's queue: a delivery of ${total}`,
      ours: median(queued),
      other: besides,
      unit: 'ms',
      figure: medianRatio(queued, forwarded),
      target: { is: 'at most', value: 2 },
      reason:
        'behind intake.fifo an event needs four more requests (receive, claim, send, delete), for which the gateway and the load leave little of two cores; in AWS these run side by side with the deliveries',
    },
    {
      id: 'local-stack/lost',
      what: `deliveries lost of ${total}`,
      ours: lost,
      unit: 'deliveries',
      figure: lost,
      target: { is: 'at most', value: 0 },
    },
  ];
};

interface Stack {
  /** Posts deliveries, each of another entity, and waits until each is in its queue; times in ms. */
  run(deliveries: number): Promise<{ readonly answeredMs: number; readonly queuedMs: number }>;
  /** How many events lie in the entity's queue. */
  depth(): Promise<number>;
  stop(): Promise<void>;
}

const startStack = async (assembly: string, stateDir: string): Promise<Stack> => {
  let routed = 0;
  const localStack: LocalStack = await startLocalStack({
    assembly,
    stateDir,
    listener: {
      line: (_name, text) => {
        if (text.includes('"outcome":"routed"')) routed += 1;
      },
    },
  });
  const sqs = new SQSClient({ ...LOCAL_CLIENT, endpoint: localStack.sqs });
  const sample = await readSample(altoviz, altoviz.defaultEvent);
  const secret = await signerFor(altoviz, 'altoviz', stateDir);
  const forwards = assembly.endsWith('forwarding');
  let entity = 0;

  /** Of another entity each: those of one would wait for each other. */
  const sign = (): SignedRequest => secret(ofEntity(sample, ++entity));

  return {
    run: async (deliveries) => {
      const requests = Array.from({ length: deliveries }, sign);
      const until = routed + deliveries;
      // Of this turn only: the gateway closes what lay idle during the other's.
      const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
      const started = performance.now();
      await Promise.all(
        Array.from({ length: CONNECTIONS }, async () => {
          for (let next = requests.pop(); next !== undefined; next = requests.pop()) {
            await post(agent, `${localStack.gateway}/hooks/altoviz`, next);
          }
        }),
      );
      const answeredMs = performance.now() - started;
      agent.destroy();
      if (!forwards) await reached(() => routed >= until);
      return { answeredMs, queuedMs: performance.now() - started };
    },
    depth: async () => {
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl: localStack.queues.customer,
          AttributeNames: ['ApproximateNumberOfMessages'],
        }),
      );
      return Number(Attributes.ApproximateNumberOfMessages);
    },
    stop: async () => {
      sqs.destroy();
      await localStack.stop();
    },
  };
};

const ofEntity = ({ event, payload = '{}' }: Sample, id: number): Sample => {
  const { data, ...rest } = JSON.parse(payload) as { readonly data: object };
  return { event, payload: JSON.stringify({ ...rest, data: { ...data, id } }) };
};

const post = (agent: Agent, url: string, { headers, body }: SignedRequest): Promise<void> =>
  new Promise((resolve, reject) => {
    request(
      url,
      { method: 'POST', agent, headers: { ...headers, 'content-length': body.length } },
      (response) => {
        response.resume();
        response.on('end', () =>
          response.statusCode === 200
            ? resolve()
            : reject(new Error(`the local stack answered ${response.statusCode}`)),
        );
      },
    )
      .on('error', reject)
      .end(body);
  });

/** @throws {Error} where it doesn't come within three minutes. */
const reached = async (isSo: () => boolean): Promise<void> => {
  const until = performance.now() + 180_000;
  while (!isSo()) {
    if (performance.now() > until)
      throw new Error('the events did not reach their queue within three minutes');
    await sleep(2);
  }
};
