import { Command, CommanderError, Help, type Option } from 'commander';
import { awsErrorText } from './aws-error.ts';
import { CliError, EXIT_CODE_MEANINGS, EXIT_CODES, type ExitCode } from './cli-error.ts';
import type { Context, Environment } from './context.ts';
import type { Deployment, Place } from './deployment/deployment.ts';

/**
 * Adds a command to the program. Its action does the work and throws a {@link CliError} where it can't; what is heavy to
 * load is imported in the action, so that `--help` comes at once.
 */
export type AddCommand = (program: Command, context: Context) => void;

/**
 * The program with its commands, not yet run.
 *
 * @param environment what the commands need of the process.
 */
export const createProgram = (commands: readonly AddCommand[], environment: Environment): Command => {
  const program = new Command('gatepost')
    .description(
      'Subscriptions, secrets and events of a Gatepost, on AWS (--stack, with your AWS credentials) or on the local stack (--local, what npm start runs).',
    )
    .option('--local', 'the local stack: what npm start runs on this machine', false)
    .option('--stack <name>', 'the CloudFormation stack on AWS', 'Gatepost')
    .option('--region <region>', 'the AWS region (default: AWS_REGION, or that of the profile)')
    .option('--profile <profile>', 'the AWS profile (default: AWS_PROFILE)')
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
    // Commander has said by itself what it didn't understand, or shown the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODES.done : EXIT_CODES.usage;
    if (environment.interrupted.aborted) return EXIT_CODES.interrupted;
    const { json } = program.opts<GlobalOptions>();
    environment.err.write(`${json ? JSON.stringify(errorValue(error)) : errorText(error)}\n`);
    return error instanceof CliError ? error.exitCode : EXIT_CODES.failed;
  }
};

/** That a switch is off where it isn't given needs no saying. */
const optionDescription = (option: Option): string =>
  option.defaultValue === false ? option.description : new Help().optionDescription(option);

/** As wide as the docs show it, on any terminal. */
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
  const aws = awsErrorText(error);
  if (aws !== undefined) return new CliError('failed', aws);
  // An error of Gatepost itself: the stack trace is needed to fix it.
  return new CliError('failed', Error.isError(error) ? (error.stack ?? error.message) : String(error));
};
