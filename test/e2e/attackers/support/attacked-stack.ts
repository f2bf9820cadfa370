import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, type OutgoingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { LOCAL_CLIENT } from '../../../../local/aws/endpoints.ts';
import { type LocalStack, startLocalStack } from '../../../../local/local-stack.ts';
import type { Pki } from '../../../../senders/pki.ts';
import { type AwsTap, tapAws } from '../../support/aws-tap.ts';
import {
  assemblyUnderTest,
  withEnvironment,
  withFunctions,
  withOneWorkerEach,
  writeEdited,
} from '../../support/edited-assembly.ts';

// Uses nothing of Jest, so that the flood can run on its own as well.

/** A POST as an attacker writes it, header lines and all. */
export interface AttackersPost {
  /** A list is a header that comes several times. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Buffer;
  /** What stands behind `/hooks/<source>`. Default: nothing. */
  readonly path?: string;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** What deliveries are made from: the keys of the providers that sign with keys, and the secret of each source. */
export interface Keys {
  readonly pki: Pki;
  readonly secrets: Readonly<Record<string, string>>;
}

/** The local stack under attack: some of its functions, each with a secret that the test knows. */
export interface AttackedStack {
  readonly localStack: LocalStack;
  readonly aws: AwsTap;
  readonly keys: Keys;
  /** Every line that a function printed, first to last. */
  readonly lines: readonly string[];
  post(source: string, what: AttackersPost): Promise<Answer>;
  /** How many messages there are in each queue that has any, by its name. */
  depths(): Promise<Readonly<Record<string, number>>>;
  stop(): Promise<void>;
}

export interface AttackedStackOptions {
  /** The sources whose functions run. */
  readonly sources: readonly string[];
  /** Whether fan-out runs as well. Default: no, what was accepted stays in the intake queue. */
  readonly fanOut?: boolean;
  /** As `secrets.json` has them. Default: one of its own for each source. */
  readonly secrets?: Readonly<Record<string, unknown>>;
  /** Whether each function has one worker only, so that all of its requests go there. Default: no. */
  readonly oneWorkerEach?: boolean;
  /** Environment variables that each function gets beside its own. Default: none. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** The secret that a source has where nothing else is said: good for every provider that has one. */
export const secretOf = (source: string): string =>
  `whsec_${Buffer.from(`the secret of ${source}, 24 bytes and more`).toString('base64')}`;

/** Starts the assembly under test with these sources only. Whoever starts it stops it. */
export const startAttackedStack = async (options: AttackedStackOptions): Promise<AttackedStack> => {
  const { sources, fanOut = false, environment = {}, oneWorkerEach = false, secrets: given = {} } = options;
  const functions = [
    ...sources.map((source) => `gatepost-ingest-${source}`),
    ...(fanOut ? ['gatepost-fan-out'] : []),
  ];
  const { template } = await assemblyUnderTest();
  const kept = withEnvironment(withFunctions(template, functions), environment);
  const assembly = await writeEdited(oneWorkerEach ? withOneWorkerEach(kept) : kept);
  const stateDir = await mkdtemp(join(tmpdir(), 'gatepost-attacked-'));
  const usual = Object.fromEntries(sources.map((source) => [source, secretOf(source)]));
  await writeFile(join(stateDir, 'secrets.json'), JSON.stringify({ ...usual, ...given }));

  const lines: string[] = [];
  let tap: AwsTap | undefined;
  const localStack = await startLocalStack({
    assembly,
    stateDir,
    listener: { line: (_, line) => void lines.push(line) },
    between: async (emulators) => {
      tap = await tapAws(emulators);
      return tap.endpoints;
    },
  });
  if (tap === undefined) throw new Error('the local stack put nothing between');
  const aws: AwsTap = tap;
  const agent = new Agent({ keepAlive: true });
  const sqs = new SQSClient({ ...LOCAL_CLIENT, endpoint: localStack.sqs });

  return {
    localStack,
    aws,
    keys: { pki: localStack.pki, secrets: usual },
    lines,
    post: (source, { headers = {}, body = '', path = '' }) =>
      send(agent, `${localStack.gateway}/hooks/${source}${path}`, headers, body),
    depths: async () => {
      const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
      const all = await Promise.all(
        QueueUrls.map(async (url) => [url.split('/').at(-1) ?? '', await depthOf(sqs, url)] as const),
      );
      return Object.fromEntries(all.filter(([, depth]) => depth > 0));
    },
    stop: async () => {
      agent.destroy();
      sqs.destroy();
      await localStack.stop();
      await aws.stop();
      await Promise.all([stateDir, assembly].map((directory) => rm(directory, { recursive: true })));
    },
  };
};

const depthOf = async (sqs: SQSClient, url: string): Promise<number> => {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }),
  );
  return (
    Number(Attributes.ApproximateNumberOfMessages) + Number(Attributes.ApproximateNumberOfMessagesNotVisible)
  );
};

/** Not by `fetch`, which joins headers of one name. Text that is not ASCII goes over the wire as UTF-8. */
const send = (
  agent: Agent,
  url: string,
  headers: NonNullable<AttackersPost['headers']>,
  body: string | Buffer,
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const wire = (value: string) => Buffer.from(value).toString('latin1');
    const written: OutgoingHttpHeaders = { 'content-length': Buffer.byteLength(body) };
    for (const [name, value] of Object.entries(headers)) {
      written[name] = typeof value === 'string' ? wire(value) : value.map(wire);
    }
    request(url, { method: 'POST', agent, headers: written }, (response) => {
      text(response).then((answer) => resolve({ status: response.statusCode ?? 0, body: answer }), reject);
    })
      .on('error', reject)
      .end(body);
  });
