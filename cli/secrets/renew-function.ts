import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  type LambdaClientConfig,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';

/**
 * Has Lambda run every later invocation of a function in a new execution environment, which remembers nothing. Invocations in
 * progress finish.
 *
 * Lambda does so after a change of the environment variables. No code reads this variable, and a later deployment may remove
 * it: that only starts new execution environments again.
 */
const VARIABLE = 'SECRET_REVOKED_AT';

/** A deployment of the stack at the same time locks the function for some seconds. */
const MAX_TRIES = 10;
const RETRY_MS = 3_000;

/** An update takes a few seconds; in a VPC up to a minute. */
const MAX_POLLS = 90;
const POLL_MS = 1_000;

type Clock = Pick<Context, 'now' | 'sleep'>;

/**
 * Makes a function on AWS forget what it remembers, and waits until no invocation begins in an old execution environment.
 *
 * @throws {Error} where it was refused, or not done in time.
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html
 */
export const renewFunction = async (
  config: LambdaClientConfig,
  functionName: string,
  { now, sleep }: Clock,
): Promise<void> => {
  const client = new LambdaClient(config);
  try {
    const value = now().toISOString();
    await setVariable(client, functionName, value, sleep);
    await untilUpdated(client, functionName, value, sleep);
  } finally {
    client.destroy();
  }
};

const setVariable = async (
  client: LambdaClient,
  FunctionName: string,
  value: string,
  sleep: Clock['sleep'],
): Promise<void> => {
  for (let tries = 1; ; tries++) {
    try {
      const { Environment, RevisionId } = await client.send(
        new GetFunctionConfigurationCommand({ FunctionName }),
      );
      // The update replaces all variables, so it must not begin with an incomplete list.
      if (Environment?.Variables === undefined || Environment.Error !== undefined)
        throw new CliError('failed', `The environment variables of ${FunctionName} can't be read.`);
      const Variables = { ...Environment.Variables, [VARIABLE]: value };
      // With the revision, Lambda refuses the update if the function was changed in the meantime.
      await client.send(
        new UpdateFunctionConfigurationCommand({ FunctionName, RevisionId, Environment: { Variables } }),
      );
      return;
    } catch (error) {
      if (tries === MAX_TRIES || !isConflict(error)) throw error;
    }
    await sleep(RETRY_MS);
  }
};

const isConflict = (error: unknown): boolean =>
  Error.isError(error) &&
  (error.name === 'ResourceConflictException' || error.name === 'PreconditionFailedException');

/** The value shows that the answer is not older than the update. */
const untilUpdated = async (
  client: LambdaClient,
  FunctionName: string,
  value: string,
  sleep: Clock['sleep'],
): Promise<void> => {
  for (let polls = 0; polls < MAX_POLLS; polls++) {
    const { Environment, LastUpdateStatus, LastUpdateStatusReason } = await client.send(
      new GetFunctionConfigurationCommand({ FunctionName }),
    );
    const isThisUpdate = Environment?.Variables?.[VARIABLE] === value;
    if (isThisUpdate && LastUpdateStatus === 'Successful') return;
    if (isThisUpdate && LastUpdateStatus === 'Failed')
      throw new CliError('failed', `The update of ${FunctionName} failed: ${LastUpdateStatusReason}`);
    await sleep(POLL_MS);
  }
  throw new CliError(
    'failed',
    `The update of ${FunctionName} was not complete after ${(MAX_POLLS * POLL_MS) / 1000} s.`,
  );
};
