import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { commands } from '../../../cli/commands/index.ts';
import type { History } from '../../../cli/history.ts';
import { run } from '../../../cli/program.ts';
import { parseSettings } from '../../../lambdas/core/source.ts';
import { PLACEHOLDER_SECRET } from '../../../lambdas/ingest/secrets.ts';
import { providerNamed } from '../../../lambdas/providers/index.ts';
import type { Resource } from '../../../local/assembly/stack.ts';
import { openSecretsFile } from '../../../local/aws/secrets-file.ts';
import { startSecretsManager } from '../../../local/aws/secrets-manager.ts';
import type { StateFile } from '../../../local/state-file.ts';

/** What a run of the command came to. */
export interface Ran {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
  /** `out` as JSON. */
  json(): unknown;
}

/** The command in an environment of its own: a local stack that is only a file, and Secrets Manager behind it. */
export interface CommandUnderTest {
  readonly stateDir: string;
  /** The secrets as they are now, by the name of their source. */
  secret(source: string): Promise<string | undefined>;
  /** The secrets of before, likewise. */
  previousSecret(source: string): Promise<string | undefined>;
  setSecret(source: string, value: string): Promise<void>;
  /** Runs a command line on the local stack; words are set apart by spaces. */
  run(line: string, options?: RunOptions): Promise<Ran>;
  stop(): Promise<void>;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** What is piped in. Default: nothing. */
  readonly stdin?: string;
  /** What somebody types who sits there; there is a terminal then. */
  readonly typed?: string;
  readonly history?: History;
  /** Is called in place of waiting. */
  readonly onSleep?: (ms: number) => void;
  readonly interrupted?: AbortSignal;
}

export const NOW = new Date('2026-11-22T06:00:00.000Z');

const SOURCES = {
  altoviz: 'altoviz',
  avaza: 'avaza',
  ivy: 'ivy',
  augustus: 'augustus',
  ivvy: 'ivvy',
  github: 'hmac',
} as const;

const SETTINGS: Readonly<Record<string, object>> = {
  ivvy: { accountIds: ['14'], regions: ['us-west-2'] },
  github: {
    name: 'github',
    catalogue: { ping: 'issue.opened' },
    header: 'x-hub-signature-256',
    eventName: 'header:x-github-event',
  },
};

/** @param events that the sources let in, by their name. Default: all. */
export const commandUnderTest = async (
  events: Readonly<Record<string, readonly string[]>> = {},
): Promise<CommandUnderTest> => {
  const stateDir = await mkdtemp(join(tmpdir(), 'gatepost-cli-'));
  const named = Object.keys(SOURCES).filter((source) => source !== 'ivvy');
  const file = await openSecretsFile(join(stateDir, 'secrets.json'), named);
  const resources = named.map(
    (source) => ({ ref: arnOf(source), attribute: () => `gatepost/${source}` }) as unknown as Resource,
  );
  for (const source of named) await file.rotate(source, PLACEHOLDER_SECRET);
  const secretsManager = await startSecretsManager(0, resources, file);
  await writeFile(join(stateDir, 'local-stack.json'), JSON.stringify(stateFile(secretsManager.url, events)));

  const runLine: CommandUnderTest['run'] = async (line, options = {}) => {
    const { env = {}, stdin = '', typed, history, onSleep = () => undefined } = options;
    const interrupted = options.interrupted ?? new AbortController().signal;
    const isTTY = typed !== undefined;
    const input = Object.assign(new PassThrough(), { isTTY });
    const out = Object.assign(new PassThrough(), { isTTY: false });
    const err = Object.assign(new PassThrough(), { isTTY });
    input.write(typed ?? stdin);
    if (!isTTY) input.end();
    const args = line.split(' ').filter((word) => word !== '');
    const exitCode = await run([...args, '--local'], commands, {
      in: input,
      out,
      err,
      env,
      stateDir,
      now: () => NOW,
      sleep: async (ms) => {
        onSleep(ms);
        interrupted.throwIfAborted();
      },
      interrupted,
      history,
    });
    const said = String(out.read() ?? '');
    return { exitCode, out: said, err: String(err.read() ?? ''), json: () => JSON.parse(said) };
  };

  return {
    stateDir,
    secret: async (source) => (await file.read(source))?.current,
    previousSecret: async (source) => (await file.read(source))?.previous,
    setSecret: (source, value) => file.rotate(source, value),
    run: runLine,
    stop: async () => {
      await secretsManager.stop();
      await rm(stateDir, { recursive: true });
    },
  };
};

const NOWHERE = 'http://127.0.0.1:1';

const arnOf = (source: string): string =>
  `arn:aws:secretsmanager:us-east-1:000000000000:secret:gatepost/${source}-a1b2c3`;

const stateFile = (
  secretsManager: string,
  events: Readonly<Record<string, readonly string[]>>,
): StateFile => {
  const sources = Object.entries(SOURCES).map(([name, provider]) => {
    const settings = parseSettings(providerNamed(provider).settings, name, {
      ...SETTINGS[name],
      ...(events[name] !== undefined && { events: events[name] }),
    });
    return { name, provider, settings };
  });
  const id = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
  const url = (name: string): string => `${NOWHERE}/hooks/${name}${name === 'avaza' ? '/{event}' : ''}`;
  return {
    pid: process.pid,
    region: 'us-east-1',
    endpoints: {
      sqs: NOWHERE,
      dynamodb: NOWHERE,
      s3: NOWHERE,
      secretsManager,
      logs: NOWHERE,
      lambda: NOWHERE,
    },
    stackName: 'Gatepost',
    metadata: {},
    outputs: {
      ...Object.fromEntries(
        sources.flatMap(({ name }) => [
          [`${id(name)}HookUrl`, url(name)],
          [`${id(name)}IngestFunction`, `gatepost-ingest-${name}`],
        ]),
      ),
      Prefix: 'gatepost',
      EventLogTable: 'gatepost-event-log',
      FanOutFunction: 'gatepost-fan-out',
      IntakeQueueUrl: 'http://127.0.0.1:1/000000000000/gatepost-intake.fifo',
      IntakeDeadLetterQueueUrl: 'http://127.0.0.1:1/000000000000/gatepost-intake-dlq.fifo',
      BookingNoteQueueUrl: 'http://127.0.0.1:1/000000000000/gatepost-booking-note.fifo',
    },
    functions: Object.fromEntries([
      ...sources.map((source) => [
        `gatepost-ingest-${source.name}`,
        {
          environment: {
            SOURCE: JSON.stringify(source),
            ...(source.name !== 'ivvy' && { SECRET_ARN: arnOf(source.name) }),
          },
          logGroup: `/aws/lambda/gatepost-ingest-${source.name}`,
        },
      ]),
      ['gatepost-fan-out', { environment: {}, logGroup: '/aws/lambda/gatepost-fan-out' }],
    ]),
  };
};
