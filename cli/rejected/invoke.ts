import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { RejectedCall } from '../../lambdas/rejected/call.ts';
import { CliError } from '../cli-error.ts';
import type { Deployment } from '../deployment/deployment.ts';

/**
 * Calls the function that checks rejected deliveries again.
 *
 * @throws {CliError} where there is none, or it failed.
 */
export const invokeRejected = async <Answer>(
  { name, clients, rejectedFunction }: Deployment,
  call: RejectedCall,
): Promise<Answer> => {
  if (rejectedFunction === undefined) {
    throw new CliError(
      'noDeployment',
      `${name.charAt(0).toUpperCase()}${name.slice(1)} keeps no rejected deliveries: an older version deployed it, or rejected.keep is false for every source.`,
      'Deploy it again: npx cdk deploy',
    );
  }
  const client = new LambdaClient({
    ...clients.invoke,
    maxAttempts: 1,
    requestHandler: { requestTimeout: TIMEOUT_MS },
  });
  try {
    const { Payload, FunctionError } = await client.send(
      new InvokeCommand({ FunctionName: rejectedFunction, Payload: JSON.stringify(call) }),
    );
    const text = Buffer.from(Payload ?? []).toString();
    if (FunctionError === undefined) return JSON.parse(text) as Answer;
    const { errorMessage = 'no reason is known' } = JSON.parse(text) as { readonly errorMessage?: string };
    throw new CliError(
      'failed',
      `The function ${rejectedFunction} failed: ${errorMessage}`,
      'Its log has the details. What it had stored before arrives once, also if you try again.',
    );
  } finally {
    client.destroy();
  }
};

/** More than the time-out of the function. */
const TIMEOUT_MS = 150_000;
