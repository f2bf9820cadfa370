import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { readSecretText } from '../core/secret-text.ts';
import { AWS_CLIENT } from '../runtime/aws-client.ts';
import type { SecretVersions } from './secrets.ts';

/** Loads a secret's current and previous value. */
export const secretsManager = (
  secretArn: string,
  client: Pick<SecretsManagerClient, 'send'> = new SecretsManagerClient(AWS_CLIENT),
): (() => Promise<SecretVersions>) => {
  const get = (stage: 'AWSCURRENT' | 'AWSPREVIOUS') =>
    client.send(new GetSecretValueCommand({ SecretId: secretArn, VersionStage: stage }));

  return async () => {
    const [current, previous] = await Promise.all([
      get('AWSCURRENT'),
      get('AWSPREVIOUS').catch((error: unknown) => {
        // A secret that was never rotated has no previous value.
        if (error instanceof ResourceNotFoundException) return undefined;
        throw error;
      }),
    ]);
    const { text = '', fault } = readSecretText(current.SecretString ?? '');
    return {
      current: text,
      ...(fault !== undefined && { fault }),
      rotatedAt: current.CreatedDate ?? new Date(0),
      previous: previous?.SecretString && readSecretText(previous.SecretString).text,
    };
  };
};
