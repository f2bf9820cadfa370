import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { buildSync } from 'esbuild';
import { BUNDLE_OPTIONS } from '../../../lib/bundle-options.ts';
import type { Order, Report, Slice } from './slice.ts';

/** What a contender's process needs to know. */
export interface ContenderData {
  /** The file that exports `handler`. */
  readonly bundle: string;
  /** What its handler is called with, from the first to the last and then from the first again. */
  readonly events: readonly unknown[];
  /** What each answer has to hold. */
  readonly answers: Readonly<Record<string, unknown>>;
  /** The port on this machine that plays every https host, and its authority; for those who ask one. */
  readonly outside?: { readonly port: number; readonly caCert: string };
}

/** Something that is measured. */
export interface ContenderOptions extends ContenderData {
  readonly environment: Readonly<Record<string, string>>;
  /** Options of Node's, such as `--max-old-space-size=230`. Default: none. */
  readonly nodeOptions?: readonly string[];
}

/** A contender in a fresh process of its own. */
export interface Contender {
  /** What importing its bundle took. */
  readonly start: Slice;
  /** Calls its handler so many times. */
  run(times: number): Promise<Slice>;
  stop(): Promise<void>;
}

/**
 * Starts a contender.
 *
 * @throws {Error} with what it printed, where it doesn't start or fails.
 */
export const startContender = async ({
  environment,
  nodeOptions = [],
  ...data
}: ContenderOptions): Promise<Contender> => {
  // Nothing of this process's own: neither its options nor its environment.
  const child = spawn(process.execPath, ['--no-deprecation', ...nodeOptions, '--eval', PROGRAM], {
    env: { ...environment, LANG: 'en_US.UTF-8', TZ: ':UTC' },
    serialization: 'advanced',
    // A pipe, as in Lambda.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  // Read and thrown away. Nobody waits for what a function prints.
  child.stdout?.resume();
  const complaints: string[] = [];
  child.stderr?.on('data', (chunk: Buffer) => complaints.push(chunk.toString()));

  const answerTo = async (message: ContenderData | Order): Promise<Report> => {
    const answer = nextReport(child, complaints);
    child.send(message);
    return answer;
  };
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill();
    await exited;
  };
  const ready = await answerTo(data).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  if (ready.type !== 'ready') throw new Error('the contender is not ready');

  return {
    start: ready.start,
    run: async (times) => {
      const answer = await answerTo({ run: times });
      if (answer.type !== 'slice') throw new Error('the contender gave no slice');
      return answer.slice;
    },
    stop,
  };
};

/** Bundled as well: Node's own TypeScript would take some of the time and the memory that are measured. */
const PROGRAM = new TextDecoder().decode(
  buildSync({
    ...BUNDLE_OPTIONS,
    entryPoints: ['evidence/bench/process/contender-process.ts'],
    write: false,
  }).outputFiles[0]?.contents,
);

const nextReport = (child: ChildProcess, complaints: readonly string[]): Promise<Report> =>
  new Promise((resolve, reject) => {
    const onMessage = (report: Report) => {
      stopListening();
      if (report.type === 'failed') reject(new Error(`a contender failed: ${report.message}`));
      else resolve(report);
    };
    const onExit = () => {
      stopListening();
      reject(new Error(`a contender ended: ${complaints.join('')}`));
    };
    const stopListening = () => {
      child.off('message', onMessage);
      child.off('exit', onExit);
    };
    child.on('message', onMessage);
    child.on('exit', onExit);
  });
