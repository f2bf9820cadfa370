/** The URLs of AWS services, such as `http://127.0.0.1:4566`. */
export interface AwsEndpoints {
  readonly sqs: string;
  readonly dynamodb: string;
  readonly s3: string;
  readonly secretsManager: string;
  readonly logs: string;
}

/** The simulated region. The emulators accept requests that are signed for other regions too. */
export const REGION = 'us-east-1';

export const ACCOUNT_ID = '000000000000';

/** Each function has its own credentials, so that the permission check knows the caller. */
export const functionCredentials = (functionName: string) =>
  ({ accessKeyId: functionName, secretAccessKey: 'any-will-do', sessionToken: 'any-will-do' }) as const;

/** The configuration of the local stack's own clients. The emulators accept any credentials. */
export const LOCAL_CLIENT = {
  region: REGION,
  credentials: { accessKeyId: 'gatepost-local', secretAccessKey: 'any-will-do' },
} as const;
