import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { listen } from '../../../local/support/listen.ts';
import type { Target } from '../target.ts';
import type { CertificateFiles } from './certificate.ts';

/** The AWS of the rehearsal: https://github.com/ministackorg/ministack */
export interface MiniStack {
  /** Ends it. Its state is kept. */
  stop(): Promise<void>;
}

export interface MiniStackOptions {
  /** The virtual environment's programs. */
  readonly programs: string;
  /** On 127.0.0.1, for every service. */
  readonly port: number;
  readonly account: string;
  readonly region: string;
  /** Where it keeps its state and its functions' files. */
  readonly directory: string;
  readonly certificate: CertificateFiles;
  /** Whether it evaluates IAM policies. Otherwise it allows every call. */
  readonly enforceIam: boolean;
}

/** The credentials of MiniStack's root user. They are valid for nothing else. */
export const ROOT = { accessKeyId: 'rehearsal', secretAccessKey: 'rehearsal' } as const;

/**
 * The names that its certificate needs: its own, its address, and those of the APIs and the bucket that are deployed to it.
 * Node accepts no `*.localhost`.
 */
export const hostnamesOf = ({ account, region }: Omit<Target, 'endpoint'>): readonly string[] => [
  ...['localhost', '127.0.0.1', '*.execute-api.localhost'],
  `${bodiesBucketOf({ account, region })}.localhost`,
];

/** The name of the stack's bucket. */
export const bodiesBucketOf = ({ account, region }: Omit<Target, 'endpoint'>): string =>
  `gatepost-bodies-${account}-${region}`;

/** @returns the URL of every service. */
export const endpointOf = (port: number): string => `https://localhost:${port}`;

const START_MS = 60_000;

/**
 * Starts MiniStack, with the state of the last time.
 *
 * @throws {Error} where it ends, or does not answer within a minute.
 */
export const startMiniStack = async (options: MiniStackOptions): Promise<MiniStack> => {
  const { programs, port, certificate } = options;
  // Its command `ministack` would listen on port 443 as well.
  const args = [
    ...['-m', 'hypercorn', 'ministack.app:app', '--bind', `127.0.0.1:${port}`, '--keep-alive', '75'],
    ...['--certfile', certificate.certificate, '--keyfile', certificate.key],
  ];
  // Its worker for Node.js is a CommonJS module, and so must be the next package.json above it.
  await writeFile(join(options.directory, 'package.json'), '{ "type": "commonjs" }\n');
  const child = spawn(join(programs, 'python'), args, {
    env: environmentOf(options),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  }
  // Whatever ends this process, MiniStack is not to outlive it.
  const kill = (): void => void child.kill('SIGTERM');
  process.once('exit', kill);
  const stop = async (): Promise<void> => {
    process.off('exit', kill);
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  try {
    await healthy(child, endpointOf(port));
  } catch (cause) {
    await stop();
    throw new Error(`MiniStack did not start:\n${printed.trim()}`, { cause });
  }
  return { stop };
};

const environmentOf = (options: MiniStackOptions): NodeJS.ProcessEnv => ({
  // The functions run with the Node that runs this.
  PATH: [dirname(process.execPath), options.programs, process.env.PATH].join(delimiter),
  TMPDIR: options.directory,
  PYTHONUNBUFFERED: '1',
  GATEWAY_PORT: String(options.port),
  BIND_HOST: '127.0.0.1',
  MINISTACK_HOST: 'localhost',
  MINISTACK_ACCOUNT_ID: options.account,
  MINISTACK_REGION: options.region,
  AWS_ACCESS_KEY_ID: ROOT.accessKeyId,
  AWS_SECRET_ACCESS_KEY: ROOT.secretAccessKey,
  LAMBDA_EXECUTOR: 'local',
  PERSIST_STATE: '1',
  STATE_DIR: join(options.directory, 'state'),
  // Without these two, a restart keeps the buckets and loses what is in them.
  S3_PERSIST: '1',
  S3_DATA_DIR: join(options.directory, 's3'),
  USE_SSL: '1',
  MINISTACK_SSL_CERT: options.certificate.certificate,
  MINISTACK_SSL_KEY: options.certificate.key,
  NODE_EXTRA_CA_CERTS: options.certificate.authority,
  // For its functions. The certificate is for this name, not for an address.
  AWS_ENDPOINT_URL: endpointOf(options.port),
  AUTH: String(options.enforceIam),
  // Ports of services that Gatepost does not use.
  SFTP_ENABLED: '0',
  IOT_MTLS_ENABLED: '0',
});

/** @returns a port of 127.0.0.1 that nothing uses. */
export const freePort = async (): Promise<number> => {
  const server = createServer();
  const port = await listen(server, 0);
  server.close();
  await once(server, 'close');
  return port;
};

const healthy = async (child: ChildProcess, endpoint: string): Promise<void> => {
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`it ended with exit code ${child.exitCode}`);
    const up = await fetch(`${endpoint}/_ministack/health`).then(
      ({ ok }) => ok,
      // The server doesn't listen yet.
      () => false,
    );
    if (up) return;
    await sleep(200);
  }
  throw new Error('it gave no answer within a minute');
};
