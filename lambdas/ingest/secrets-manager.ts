import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { AWS_CLIENT } from '../runtime/aws-client.ts';
import type { SecretVersions } from './secrets.ts';

/**
 * Asks Secrets Manager for a secret's current and previous value. White space around them is not part of the secret: it
 * comes from pasting.
 *
 * @param client Default: one of its own.
 */
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
        // A secret that was never rotated has none.
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
