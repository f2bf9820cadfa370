import { SigningHash } from './signing-hash.ts';

/**
 * How the AWS clients are set up.
 *
 * The times say how long a call may take before it is tried again, once. Three times two seconds still lie within a
 * function's time, so that a slow service becomes a 503 of ours and not a time-out.
 */
export const AWS_CLIENT = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
  sha256: SigningHash,
} as const;
