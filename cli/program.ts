import { Command, CommanderError, Help, type Option } from 'commander';
import { EventLogError } from '../lambdas/event-log/event-log-error.ts';
import { ReplayError } from '../lambdas/replay/replay-error.ts';
import { awsErrorText } from './aws-error.ts';
import { CliError, EXIT_CODE_MEANINGS, EXIT_CODES, type ExitCode } from './cli-error.ts';
import type { Context, Environment } from './context.ts';
import type { Deployment, Place } from './deployment/deployment.ts';

/**
 * Adds a command to the program. Its action throws a {@link CliError} where it can't continue, and imports what is slow
 * to load, so that `--help` is fast.
 */
export type AddCommand = (program: Command, context: Context) => void;

/** The program with its commands, not yet run. */
export const createProgram = (commands: readonly AddCommand[], environment: Environment): Command => {
  const program = new Command('gatepost')
    .description(
      'Manages the subscriptions, secrets and events of a Gatepost stack: on AWS (--stack, with your AWS credentials) or on this machine (--local).',
    )
    .option('--local', 'the local stack, which npm start runs on this machine', false)
    .option('--stack <name>', 'the CloudFormation stack on AWS', 'Gatepost')
    .option(
      '--region <region>',
      'the AWS region (default: AWS_REGION, AWS_DEFAULT_REGION, or that of the profile)',
    )
    .option('--profile <profile>', 'the AWS profile (default: AWS_DEFAULT_PROFILE, or AWS_PROFILE)')
    .option('--json', 'the result as JSON, and errors too', false)
    .helpCommand(false)
    .configureHelp({ showGlobalOptions: true, helpWidth: HELP_WIDTH, optionDescription })
    .configureOutput({
      writeOut: (text) => void environment.out.write(text),
      writeErr: (text) => void environment.err.write(text),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .exitOverride()
    .showHelpAfterError('Use --help for the commands and options.')
    .addHelpText('after', `\n${exitCodes()}`);
  const context = contextOf(program, environment);
  for (const add of commands) add(program, context);
  return program;
};

/**
 * Runs a command line.
 *
 * @param args without the program's own name.
 * @returns the exit code.
 */
export const run = async (
  args: readonly string[],
  commands: readonly AddCommand[],
  environment: Environment,
): Promise<ExitCode> => {
  const program = createProgram(commands, environment);
  try {
    if (args.length === 0) program.outputHelp();
    else await program.parseAsync([...args], { from: 'user' });
    return EXIT_CODES.done;
  } catch (error) {
    // Commander has printed the error or the help itself.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODES.done : EXIT_CODES.usage;
    if (environment.interrupted.aborted) return EXIT_CODES.interrupted;
    const { json } = program.opts<GlobalOptions>();
    environment.err.write(`${json ? JSON.stringify(errorValue(error)) : errorText(error)}\n`);
    return error instanceof CliError ? error.exitCode : EXIT_CODES.failed;
  }
};

/** Leaves out "(default: false)". */
const optionDescription = (option: Option): string =>
  option.defaultValue === false ? option.description : new Help().optionDescription(option);

/** The same on any terminal, so that docs/cli.md can show it. */
const HELP_WIDTH = 100;

interface GlobalOptions extends Place {
  readonly json: boolean;
}

const contextOf = (program: Command, environment: Environment): Context => {
  const options = (): GlobalOptions => program.opts();
  let deployment: Promise<Deployment> | undefined;
  return {
    ...environment,
    get json() {
      return options().json;
    },
    deployment: () => {
      deployment ??= import('./deployment/find-deployment.ts').then(({ findDeployment }) =>
        findDeployment(options(), environment.stateDir),
      );
      return deployment;
    },
    show: (value, text) => {
      environment.out.write(`${options().json ? JSON.stringify(value, undefined, 2) : text()}\n`);
    },
    note: (text) => {
      if (!options().json) environment.err.write(`${text}\n`);
    },
  };
};

const exitCodes = (): string =>
  [
    'Exit codes:',
    ...Object.entries(EXIT_CODE_MEANINGS).map(([code, text]) => `  ${code.padEnd(4)} ${text}`),
  ].join('\n');

const errorText = (error: unknown): string => {
  const { message, next } = toCliError(error);
  return next === undefined ? message : `${message}\n${next}`;
};

const errorValue = (error: unknown) => {
  const { message, next, exitCode } = toCliError(error);
  return { error: { message, next, exitCode } };
};

const toCliError = (error: unknown): CliError => {
  if (error instanceof CliError) return error;
  if (error instanceof EventLogError || error instanceof ReplayError)
    return new CliError('failed', error.message);
  const aws = awsErrorText(error);
  if (aws !== undefined) return new CliError('failed', aws);
  // An error of Gatepost itself: the stack trace is needed to fix it.
  return new CliError('failed', Error.isError(error) ? (error.stack ?? error.message) : String(error));
};
