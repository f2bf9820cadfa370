import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AttributeValue, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll } from '@jest/globals';
import type { GatepostEvent } from '../../../lambdas/events/event.ts';
import { LOCAL_CLIENT } from '../../../local/aws/endpoints.ts';
import { type LocalStack, startLocalStack } from '../../../local/local-stack.ts';
import { type Happening, readLine } from '../../../local/terminal/happening.ts';
import { senderOf } from '../../../senders/index.ts';
import { readSample } from '../../../senders/samples.ts';
import type { SignedRequest } from '../../../senders/sender.ts';
import { signerFor } from '../../../senders/signer.ts';
import { type AwsTap, tapAws } from './aws-tap.ts';

/** The synthesized stack on free ports, and hands to touch it with from outside. */
export interface GateUnderTest {
  readonly localStack: LocalStack;
  /** Where the local stack keeps its state. */
  readonly stateDir: string;
  /** Every request of a function to AWS; may interfere. */
  readonly aws: AwsTap;
  /** Every line that a function printed, first to last. */
  readonly lines: readonly FunctionLine[];
  /** What `npm start` would show of them, and of the gateway's own answers. */
  readonly happenings: readonly Happening[];
  readonly sqs: SQSClient;
  readonly dynamodb: DynamoDBClient;

  /** What a provider would send: a sample of the event, signed with the source's keys; the provider's usual one by default. */
  sign(source: string, event?: string): Promise<SignedRequest>;
  /** Posts to a source's route. */
  post(source: string, request: PostedRequest): Promise<Answer>;
  /** {@link sign} and {@link post}. */
  deliver(source: string, event?: string): Promise<Answer>;

  /** Takes that many events from an entity's queue, in their order; waits for them for 30 s at most. */
  take(entity: string, count?: number): Promise<readonly TakenEvent[]>;
  /** Waits until fan-out has nothing more to do: what isn't in a queue now will not come. Fails after 30 s. */
  settled(): Promise<void>;
  /** How many messages a queue holds, by its name: `gatepost-intake-dlq.fifo`. */
  depth(queueName: string): Promise<number>;
  /** Changes how long a message of a queue stays hidden after it was received, in seconds. */
  setVisibility(queueName: string, seconds: number): Promise<void>;
  /** Waits until something is as it should be; fails after 10 s. */
  until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void>;
  /** Every item of the event log's table. */
  everything(): Promise<readonly Readonly<Record<string, AttributeValue>>[]>;
  /** Every event of the event log. */
  eventLog(): Promise<readonly Readonly<Record<string, AttributeValue>>[]>;
  /** Writes a secret as whoever edits `secrets.json` would; undefined removes it. */
  setSecret(source: string, secret: unknown): Promise<void>;
}

export interface FunctionLine {
  readonly functionName: string;
  readonly text: string;
}

/** What {@link GateUnderTest.post} sends. */
export interface PostedRequest {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** What stands behind `/hooks/<source>`. Default: nothing. */
  readonly path?: string;
  /** Default: POST. */
  readonly method?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

export interface TakenEvent {
  readonly event: GatepostEvent;
  /** The SQS message that brought it, with all its attributes. */
  readonly message: Message;
}

/** A next try comes sooner, in ms. */
const QUIET_MS = 60_000;

/**
 * Starts a gate before the tests of a file and stops it after them.
 *
 * @returns the gate, for use inside of tests and hooks.
 */
export const gateUnderTest = (): (() => GateUnderTest) => {
  let gate: StartedGate | undefined;
  beforeAll(async () => {
    gate = await startGate();
  }, 60_000);
  afterAll(() => gate?.stop(), 30_000);
  return () => {
    if (gate === undefined) throw new Error('the gate stands inside of tests and hooks only');
    return gate;
  };
};

/** A gate that whoever started it has to stop. */
export interface StartedGate extends GateUnderTest {
  stop(): Promise<void>;
}

/**
 * Starts a gate with a state directory of its own.
 *
 * @param assembly the directory of the assembly. Default: the one under test.
 */
export const startGate = async (assembly = process.env.GATEPOST_TEST_ASSEMBLY): Promise<StartedGate> => {
  if (assembly === undefined) throw new Error('synthesize-once.ts did not run');
  const stateDir = await mkdtemp(join(tmpdir(), 'gatepost-e2e-'));
  const lines: FunctionLine[] = [];
  const happenings: Happening[] = [];
  let tap: AwsTap | undefined;

  const localStack = await startLocalStack({
    assembly,
    stateDir,
    // A test file uses a few of the functions.
    warm: false,
    listener: {
      line: (functionName, text) => {
        lines.push({ functionName, text });
        const happening = readLine(functionName, text, new Date());
        if (happening !== undefined) happenings.push(happening);
      },
      answered: (answer) => happenings.push({ kind: 'answer', ...answer }),
      warning: (text) =>
        happenings.push({ kind: 'note', at: new Date(), level: 'warning', from: 'local', text }),
    },
    between: async (emulators) => {
      tap = await tapAws(emulators);
      return tap.endpoints;
    },
  });
  if (tap === undefined) throw new Error('the local stack put nothing between');
  const aws: AwsTap = tap;
  const sqs = new SQSClient({ ...LOCAL_CLIENT, endpoint: localStack.sqs });
  const dynamodb = new DynamoDBClient({ ...LOCAL_CLIENT, endpoint: localStack.dynamodb });

  // All queues stand beside each other; the entity queues are known by their URLs.
  const [anyQueueUrl = ''] = Object.values(localStack.queues);
  const queueUrl = (name: string) => anyQueueUrl.replace(/[^/]+$/, name);

  const sign: GateUnderTest['sign'] = async (source, event) => {
    // The app under test names a source after its provider, with what sets it apart behind it: `ivvy-strict`.
    const sender = senderOf(source) ?? senderOf(source.split('-')[0] ?? '');
    if (sender === undefined) throw new Error(`Nobody plays ${source}`);
    const signer = await signerFor(sender, source, stateDir);
    return signer(await readSample(sender, event ?? sender.defaultEvent));
  };

  const post: GateUnderTest['post'] = async (source, { method = 'POST', path = '', headers = {}, body }) => {
    const response = await fetch(`${localStack.gateway}/hooks/${source}${path}`, {
      method,
      headers: { ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : new Uint8Array(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: parse(text) };
  };

  const counts = async (name: string) => {
    const { Attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queueUrl(name), AttributeNames: ['All'] }),
    );
    return {
      waiting: Number(Attributes.ApproximateNumberOfMessages),
      inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible),
    };
  };

  const everything = async () => (await dynamodb.send(new ScanCommand({ TableName: EVENT_LOG }))).Items ?? [];

  const until = async (what: string, isSo: () => boolean | Promise<boolean>, timeoutMs = 10_000) => {
    const deadline = Date.now() + timeoutMs;
    while (!(await isSo())) {
      if (Date.now() > deadline) throw new Error(`${what}: not so after ${timeoutMs / 1000} s`);
      await sleep(20);
    }
  };

  return {
    localStack,
    stateDir,
    aws,
    lines,
    happenings,
    sqs,
    dynamodb,
    sign,
    post,
    deliver: async (source, event) => post(source, await sign(source, event)),
    take: async (entity, count = 1) => {
      const url = localStack.queues[entity];
      if (url === undefined) throw new Error(`There is no queue of ${entity}`);
      const taken: TakenEvent[] = [];
      let lastAt = Date.now();
      while (taken.length < count) {
        if (Date.now() > lastAt + QUIET_MS)
          throw new Error(`${taken.length} of ${count} events came to ${entity}, and no other for a minute`);
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({
            QueueUrl: url,
            MaxNumberOfMessages: Math.min(10, count - taken.length),
            WaitTimeSeconds: 1,
            MessageAttributeNames: ['All'],
            MessageSystemAttributeNames: ['All'],
          }),
        );
        if (Messages.length > 0) lastAt = Date.now();
        for (const message of Messages) {
          taken.push({ event: JSON.parse(message.Body ?? '') as GatepostEvent, message });
          await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: message.ReceiptHandle }));
        }
      }
      return taken;
    },
    settled: () =>
      until(
        'intake is empty',
        async () => {
          const { waiting, inFlight } = await counts(INTAKE);
          return waiting + inFlight === 0;
        },
        30_000,
      ),
    depth: async (name) => {
      const { waiting, inFlight } = await counts(name);
      return waiting + inFlight;
    },
    setVisibility: async (name, seconds) => {
      await sqs.send(
        new SetQueueAttributesCommand({
          QueueUrl: queueUrl(name),
          Attributes: { VisibilityTimeout: String(seconds) },
        }),
      );
    },
    until: (what, isSo) => until(what, isSo),
    everything,
    // The table has rejected requests too, whose keys have a slash.
    eventLog: async () => (await everything()).filter(({ key }) => !key?.S?.includes('/')),
    setSecret: async (source, secret) => {
      const path = join(stateDir, 'secrets.json');
      const secrets = JSON.parse(await readFile(path, 'utf8'));
      await writeFile(path, JSON.stringify({ ...secrets, [source]: secret }));
    },
    stop: async () => {
      sqs.destroy();
      dynamodb.destroy();
      await localStack.stop();
      await aws.stop();
      await rm(stateDir, { recursive: true, force: true });
    },
  };
};

const INTAKE = 'gatepost-intake.fifo';
const EVENT_LOG = 'gatepost-event-log';

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};
