import type { Readable, Writable } from 'node:stream';
import type { Deployment } from './deployment/deployment.ts';
import type { History } from './history.ts';

/** The output; with colours and a progress bar on a terminal only. */
export type Output = Writable & { readonly isTTY?: boolean };

/** The input; prompts appear on a terminal only. */
export type Input = Readable & { readonly isTTY?: boolean };

/** What a command needs of the process. Tests bring their own. */
export interface Environment {
  readonly in: Input;
  readonly out: Output;
  readonly err: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where the local stack keeps its state, `local-stack.json` among it. */
  readonly stateDir: string;
  /** The current time. */
  readonly now: () => Date;
  /** Waits that many ms; ends early, with an error, when {@link interrupted}. */
  readonly sleep: (ms: number) => Promise<void>;
  /** Aborted by Ctrl-C. */
  readonly interrupted: AbortSignal;
  /** What the event log knows of each source. Absent: the commands show "–" in its place. */
  readonly history?: History | undefined;
}

/** What a command is given. What depends on the options is read when the command runs, not before. */
export interface Context extends Environment {
  /** Whether `--json` was given. */
  readonly json: boolean;
  /**
   * The deployment that the options name; looked up once.
   *
   * @throws {CliError} where there is none.
   */
  deployment(): Promise<Deployment>;
  /** Prints a result: the value as JSON with `--json`, else the text. */
  show(value: unknown, text: () => string): void;
  /** Says something beside the result, on stderr: what happens, what to know. Nothing with `--json`. */
  note(text: string): void;
}
