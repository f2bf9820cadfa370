import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * Options of the AWS clients. No logger: the SDK would log payloads. A slow call is retried once; the limits are short
 * enough for a slow service to cause a 503 rather than a function time-out.
 */
export const AWS_CLIENT = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
  // Read once here; the client's default would read the environment on each call.
  credentials: fromEnv(),
} as const;

export const SQS_CLIENT = { ...AWS_CLIENT, useQueueUrlAsEndpoint: false } as const;
