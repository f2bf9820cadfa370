import type { Readable, Writable } from 'node:stream';
import type { Deployment } from './deployment/deployment.ts';
import type { History } from './history.ts';

/** The output; with colours and a progress bar on a terminal only. */
export type Output = Writable & { readonly isTTY?: boolean };

/** The input; prompts appear on a terminal only. */
export type Input = Readable & { readonly isTTY?: boolean };

/** What a command needs of the process. Tests replace it. */
export interface Environment {
  readonly in: Input;
  readonly out: Output;
  readonly err: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where the local stack keeps its state, such as `local-stack.json`. */
  readonly stateDir: string;
  readonly now: () => Date;
  /** Waits for this number of ms; rejects when {@link interrupted}. */
  readonly sleep: (ms: number) => Promise<void>;
  /** Aborted by Ctrl-C. */
  readonly interrupted: AbortSignal;
  /** Absent: the commands show "–" in its place. */
  readonly history?: History | undefined;
}

/** The environment of a command, with its global options. The options are read when the command runs, not before. */
export interface Context extends Environment {
  readonly json: boolean;
  /**
   * The deployment that the options name; looked up once.
   *
   * @throws {CliError} where there is none.
   */
  deployment(): Promise<Deployment>;
  /** Prints a result: the value as JSON with `--json`, else the text. */
  show(value: unknown, text: () => string): void;
  /** Prints a message on stderr, beside the result. Prints nothing with `--json`. */
  note(text: string): void;
}
