import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { PROJECT_ROOT } from '../../../lib/project-root.ts';
import { ROOT } from '../ministack/ministack.ts';
import type { Target } from '../target.ts';

/** What a command did. */
export interface Done {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

/** The customer: a folder with the app, and a shell in it. */
export interface Customer {
  /** Makes the app of the folder the one with this assembly. */
  use(assembly: string): Promise<void>;
  /**
   * Runs a line or a block of a shell.
   *
   * @param input its standard input.
   */
  run(commands: string, options?: RunOptions): Promise<Done>;
}

export interface RunOptions {
  readonly input?: string;
  /** More variables; `undefined` takes one away. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Is asked again and again, with what was printed so far, whether to interrupt the commands as Ctrl-C does. */
  readonly interruptWhen?: (printed: string, commands: string) => boolean | Promise<boolean>;
}

/** A command that should have succeeded did not. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/**
 * Makes a folder that looks like the project to npx, the CDK and its reader, but deploys an assembly that is there already.
 *
 * @param directory the folder. What is in it is deleted.
 * @param programs the virtual environment's programs, the AWS CLI among them.
 * @param authority the certificate authority of the target, PEM.
 */
export const createCustomer = async (
  directory: string,
  target: Target,
  programs: string,
  authority: string,
): Promise<Customer> => {
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  for (const name of ['node_modules', 'package.json', 'bin', 'docs'])
    await symlink(join(PROJECT_ROOT, name), join(directory, name));
  const assembly = join(directory, 'cdk.out');
  // There is no terminal to approve the permissions.
  await writeFile(join(directory, 'cdk.json'), JSON.stringify({ app: assembly, requireApproval: 'never' }));
  const environment = environmentOf(target, programs, authority, directory);
  const running = new Set<() => void>();
  // Whatever ends this process, the commands are not to outlive it.
  process.once('exit', () => {
    for (const end of running) end();
  });

  return {
    use: async (synthesized) => {
      await rm(assembly, { force: true });
      await symlink(synthesized, assembly);
    },
    run: async (commands, { input = '', environment: more = {}, interruptWhen } = {}) => {
      const child = spawn('bash', ['-e', '-o', 'pipefail', '-c', SHORTCUTS + commands], {
        cwd: directory,
        env: { ...environment, ...more },
        // A process group of its own, which a signal reaches as a whole.
        detached: true,
      });
      const signal = (name: NodeJS.Signals): void => {
        const isRunning = child.exitCode === null && child.signalCode === null;
        if (child.pid !== undefined && isRunning) process.kill(-child.pid, name);
      };
      const end = (): void => signal('SIGTERM');
      running.add(end);
      // A command that reads nothing may have ended before this is written.
      child.stdin.on('error', () => undefined).end(input);
      const interrupted =
        interruptWhen &&
        interrupt(
          child,
          (printed) => interruptWhen(printed, commands),
          () => signal('SIGINT'),
        );
      const [[exitCode], out, err] = await Promise.all([
        once(child, 'close') as Promise<[number | null]>,
        text(child.stdout),
        text(child.stderr),
        interrupted,
      ]).finally(() => running.delete(end));
      return { exitCode: exitCode ?? -1, out, err };
    },
  };
};

const PATIENCE_MS = 20_000;

/**
 * Interrupts a running command at the right time.
 *
 * @throws {CommandError} where the time does not come. The command is interrupted all the same.
 */
const interrupt = async (
  child: ChildProcessWithoutNullStreams,
  isTime: (printed: string) => boolean | Promise<boolean>,
  stop: () => void,
): Promise<void> => {
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
    });
  const deadline = Date.now() + PATIENCE_MS;
  try {
    while (child.exitCode === null) {
      if (await isTime(printed)) return;
      if (Date.now() > deadline)
        throw new CommandError(`A command did not get as far as it should:\n${printed}`);
      await sleep(100);
    }
  } finally {
    stop();
  }
};

/** Starts commands without npx, which takes a second. Version 1 of the AWS CLI ignores AWS_ENDPOINT_URL for SQS. */
const SHORTCUTS = `
npx() {
  case $1 in
    cdk) shift; node node_modules/aws-cdk/bin/cdk "$@" ;;
    gatepost) shift; node bin/cli.ts "$@" ;;
    *) command npx "$@" ;;
  esac
}
aws() { python -m awscli --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }
`;

/** All variables. Without the profiles, credentials and settings of this machine's user, no command can reach a real account. */
const environmentOf = (
  { endpoint, region }: Target,
  programs: string,
  authority: string,
  home: string,
): NodeJS.ProcessEnv => ({
  PATH: [dirname(process.execPath), programs, process.env.PATH].join(delimiter),
  HOME: home,
  AWS_ENDPOINT_URL: endpoint,
  AWS_ACCESS_KEY_ID: ROOT.accessKeyId,
  AWS_SECRET_ACCESS_KEY: ROOT.secretAccessKey,
  AWS_REGION: region,
  // Version 1 of the AWS CLI knows only this.
  AWS_DEFAULT_REGION: region,
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_CA_BUNDLE: authority,
  CURL_CA_BUNDLE: authority,
  NODE_EXTRA_CA_CERTS: authority,
  NODE_OPTIONS: `--import=${new URL('./resolve-localhost.ts', import.meta.url).href}`,
  // The commands start in half the time.
  NODE_COMPILE_CACHE: join(home, 'compile-cache'),
  CDK_DISABLE_VERSION_CHECK: '1',
  CDK_DISABLE_CLI_TELEMETRY: 'true',
  CI: 'true',
  NO_COLOR: '1',
});
