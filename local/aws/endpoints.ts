/** Where the services of AWS are to be found: URLs such as `http://127.0.0.1:4566`. */
export interface AwsEndpoints {
  readonly sqs: string;
  readonly dynamodb: string;
  readonly secretsManager: string;
  /** CloudWatch Logs */
  readonly logs: string;
}

/** The region that the local stack plays. Its emulators take requests that are signed for any other, too. */
export const REGION = 'us-east-1';

/** The account that the emulators play. */
export const ACCOUNT_ID = '000000000000';

/**
 * The credentials of a function, which identify its role. Each function has its own, so that the check in front of the
 * emulators knows the caller.
 */
export const functionCredentials = (functionName: string) =>
  ({ accessKeyId: functionName, secretAccessKey: 'any-will-do', sessionToken: 'any-will-do' }) as const;

/** The emulators take any credentials; this is for the local stack's own requests. */
export const LOCAL_CLIENT = {
  region: REGION,
  credentials: { accessKeyId: 'gatepost-local', secretAccessKey: 'any-will-do' },
} as const;
