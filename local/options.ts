import { parseArgs } from 'node:util';
import { errorMessage } from './support/error-message.ts';

/** The options of `npm start`. */
export interface StartOptions {
  readonly port: number;
  readonly consolePort: number;
  readonly sqsPort: number;
  readonly dynamodbPort: number;
  readonly s3Port: number;
  /** The command that synthesizes the app. Default: that of `cdk.json`. */
  readonly app?: string;
  readonly json: boolean;
  readonly help: boolean;
}

/** An unknown option or an invalid value. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const HELP = `npm start -- [options]

Synthesizes the CDK app and runs the stack on this machine.

  --port <port>           the gateway, which receives deliveries (default: 8787; 0 selects a free port)
  --console-port <port>   the page of the local stack (default: 8788)
  --sqs-port <port>       SQS (default: 4566)
  --dynamodb-port <port>  DynamoDB (default: 8000)
  --s3-port <port>        S3, for large bodies (default: 4567)
  --app <command>         the command of the CDK app (default: that of cdk.json)
  --json                  print one line of JSON with all URLs when the stack is ready:
                          {"ready":true,"gateway":…,"console":…,"sqs":…,"dynamodb":…,"s3":…,"queues":{…}};
                          then one line of JSON for each delivery, event and message
  --help                  show this help

Secrets and keys are stored in .gatepost/. Ctrl-C ends the local stack.
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
    s3Port: toPort('--s3-port', values['s3-port']),
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
        's3-port': { type: 'string', default: '4567' },
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
