import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { ObjectCalls } from '../../lambdas/bodies/s3.ts';
import type { VerifySns } from '../../lambdas/providers/shared/sns/signature.ts';
import type { RejectedConfiguration } from '../../lambdas/rejected/configuration.ts';
import type { handler } from '../../lambdas/rejected/handler.ts';
import type { Client } from './aws/clients.ts';

// sns-validator keeps its certificates, and our code its count of unreadable ones, for as long as their process lives. The
// simulation has many processes in one, and each has to have a memory of its own: the file is loaded anew for each. The
// function that checks again is loaded anew as a whole: it has no other way to be given its clients.

/** What such a function is given in the place of the SDK, and of the file in its bundle. */
export interface RejectedClients {
  readonly sqs: Client<SQSClient>;
  readonly dynamo: Client<DynamoDBClient>;
  readonly secrets: Client<SecretsManagerClient>;
  readonly s3: ObjectCalls;
  configuration(): RejectedConfiguration;
}

/** Loads files anew. */
export interface Loaders {
  verifySns(): VerifySns;
  rejected(clients: RejectedClients): typeof handler;
}

let loaders: Loaders | undefined;

/** From now on loads in that way. */
export const provideLoaders = (given: Loaders): void => {
  loaders = given;
};

const given = (): Loaders => {
  if (loaders === undefined) throw new Error('no loaders were set');
  return loaders;
};

/** The check of a process that has just started. */
export const newVerifySns = (): VerifySns => given().verifySns();

/** The function that checks again, in a process that has just started. */
export const newRejectedHandler = (
  environment: Readonly<Record<string, string>>,
  clients: RejectedClients,
): typeof handler => {
  Object.assign(process.env, environment);
  return given().rejected(clients);
};
