import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { listen } from '../../local/support/listen.ts';

/** A moto server that runs. */
export interface MotoServer {
  /** Its URL, for every service. */
  readonly endpoint: string;
  /** What it printed so far. */
  output(): string;
  stop(): Promise<void>;
}

const SCRIPT = join(import.meta.dirname, 'moto_server.py');
const START_MS = 60_000;

/**
 * Starts moto on a free port of this machine.
 *
 * @param programs the virtual environment's programs.
 * @param account the account that it plays.
 * @throws {Error} where it ends, or does not answer within a minute.
 */
export const startMoto = async (programs: string, account: string): Promise<MotoServer> => {
  const port = await freePort();
  const child = spawn(join(programs, 'python'), [SCRIPT, String(port)], {
    env: {
      PATH: process.env.PATH,
      MOTO_ACCOUNT_ID: account,
      PYTHONUNBUFFERED: '1',
      MOTO_IAM_LOAD_MANAGED_POLICIES: 'true',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  }
  // moto takes the bucket of a template's URL from its path only where the host is called localhost.
  const endpoint = `http://localhost:${port}`;
  // Whatever ends this process, moto is not to outlive it.
  const kill = (): void => void child.kill('SIGTERM');
  process.once('exit', kill);
  const stop = async (): Promise<void> => {
    process.off('exit', kill);
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  try {
    await answers(child, endpoint);
  } catch (cause) {
    await stop();
    throw new Error(`moto did not start:\n${printed.trim()}`, { cause });
  }
  return { endpoint, output: () => printed, stop };
};

const freePort = async (): Promise<number> => {
  const server = createServer();
  const port = await listen(server, 0);
  server.close();
  await once(server, 'close');
  return port;
};

const answers = async (child: ChildProcess, endpoint: string): Promise<void> => {
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`it ended with exit code ${child.exitCode}`);
    const up = await fetch(`${endpoint}/moto-api/data.json`).then(
      ({ ok }) => ok,
      // The server doesn't listen yet.
      () => false,
    );
    if (up) return;
    await sleep(200);
  }
  throw new Error('it gave no answer within a minute');
};
