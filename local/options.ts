import { parseArgs } from 'node:util';
import { errorMessage } from './support/error-message.ts';

/** What `npm start` was asked for. */
export interface StartOptions {
  readonly port: number;
  readonly consolePort: number;
  readonly sqsPort: number;
  readonly dynamodbPort: number;
  /** The command that synthesizes the app; absent for the one of `cdk.json`. */
  readonly app?: string;
  readonly json: boolean;
  readonly help: boolean;
}

/** An option that is none, or a value that it can't have. The message is a sentence for the user. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const HELP = `npm start -- [options]

Synthesizes the CDK app and runs what comes out of it on this machine.

  --port <port>           where providers post to (default: 8787; 0 takes a free one)
  --console-port <port>   the page to look at (default: 8788)
  --sqs-port <port>       SQS (default: 4566)
  --dynamodb-port <port>  DynamoDB (default: 8000)
  --app <command>         the CDK app (default: the one of cdk.json)
  --json                  one line of JSON when it is ready, with the URLs of everything:
                          {"ready":true,"gateway":…,"console":…,"sqs":…,"dynamodb":…,"queues":{…}};
                          then one line of JSON for everything that happens
  --help                  this

Secrets and keys are kept in .gatepost/. Ctrl-C ends it.
`;

/**
 * Reads the command line.
 *
 * @throws {UsageError}
 */
export const parseOptions = (args: readonly string[]): StartOptions => {
  const values = parse(args);
  return {
    port: toPort('--port', values.port),
    consolePort: toPort('--console-port', values['console-port']),
    sqsPort: toPort('--sqs-port', values['sqs-port']),
    dynamodbPort: toPort('--dynamodb-port', values['dynamodb-port']),
    ...(values.app !== undefined && { app: values.app }),
    json: values.json,
    help: values.help,
  };
};

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: 'string', default: '8787' },
        'console-port': { type: 'string', default: '8788' },
        'sqs-port': { type: 'string', default: '4566' },
        'dynamodb-port': { type: 'string', default: '8000' },
        app: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (cause) {
    throw new UsageError(errorMessage(cause), { cause });
  }
};

const toPort = (option: string, value: string): number => {
  const port = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (port >= 0 && port <= 65_535) return port;
  throw new UsageError(`${option} must be a number from 0 to 65535, not "${value}"`);
};
