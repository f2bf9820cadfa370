import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { AWS_CLIENT } from '../runtime/aws-client.ts';
import type { SecretVersions } from './secrets.ts';

/** Loads a secret's current and previous value. Trims white space, which is pasted along by accident. */
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
    return {
      current: current.SecretString?.trim() ?? '',
      rotatedAt: current.CreatedDate ?? new Date(0),
      previous: previous?.SecretString?.trim(),
    };
  };
};
