import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * How the AWS clients are set up. Without a logger: the SDK would hand it the payloads.
 *
 * The times say how long a call may take before it is tried again, once. Three times two seconds still lie within a
 * function's time, so that a slow service becomes a 503 of ours and not a time-out.
 */
export const AWS_CLIENT = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
  // Named here, they are read once. What the client falls back on would read the environment with each call.
  credentials: fromEnv(),
} as const;

/** How the clients of SQS are set up. */
export const SQS_CLIENT = { ...AWS_CLIENT, useQueueUrlAsEndpoint: false } as const;
