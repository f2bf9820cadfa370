/** The exit codes, documented in docs/cli.md and in `gatepost --help`. */
export const EXIT_CODES = {
  done: 0,
  failed: 1,
  usage: 2,
  noDeployment: 3,
  notFound: 4,
  pending: 5,
  provider: 6,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES];

/** What each exit code means, for the help and the docs. */
export const EXIT_CODE_MEANINGS: Readonly<Record<ExitCode, string>> = {
  0: 'success, or nothing to do',
  1: 'failed',
  2: 'invalid command line',
  3: 'no deployment was found: no local stack runs, no such stack, no credentials',
  4: 'not found: a source, an event, a queue, an API key, or a rejected delivery that can be taken back',
  5: 'changes are pending and were not confirmed (--yes)',
  6: "the provider's API refused the request or did not answer, or its answer was invalid",
  130: 'interrupted',
};

/** Ends a command. The message says what is wrong, `next` says what to do. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: ExitCode;
  readonly next: string | undefined;

  constructor(exit: keyof typeof EXIT_CODES, message: string, next?: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = EXIT_CODES[exit];
    this.next = next;
  }
}
