import { readSecretText } from '../../lambdas/core/secret-text.ts';
import type { Deployment } from '../deployment/deployment.ts';

/** A version of a secret. */
export interface SecretValue {
  readonly value: string;
  /** As it is stored. Of a key/value pair, the value alone is the secret. */
  readonly stored: string;
  readonly versionId: string;
  readonly createdAt: Date;
}

/**
 * Reads a version of a secret as the functions do. Its value is empty where they find none in it.
 *
 * @param id name or ARN.
 * @param stage the staging label of the version. Default: the current one.
 * @returns undefined where there is no such secret or version.
 */
export const readSecret = async (
  deployment: Deployment,
  id: string,
  stage: 'AWSCURRENT' | 'AWSPREVIOUS' = 'AWSCURRENT',
): Promise<SecretValue | undefined> => {
  const { GetSecretValueCommand, ResourceNotFoundException, SecretsManagerClient } = await import(
    '@aws-sdk/client-secrets-manager'
  );
  const client = new SecretsManagerClient(deployment.clients.secretsManager);
  try {
    const {
      SecretString = '',
      VersionId = '',
      CreatedDate = new Date(0),
    } = await client.send(new GetSecretValueCommand({ SecretId: id, VersionStage: stage }));
    return {
      value: readSecretText(SecretString).text ?? '',
      stored: SecretString,
      versionId: VersionId,
      createdAt: CreatedDate,
    };
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  } finally {
    client.destroy();
  }
};

/** Stores a new value; the current one becomes the previous one. */
export const storeSecret = async (deployment: Deployment, id: string, value: string): Promise<void> => {
  const { PutSecretValueCommand, SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
  const client = new SecretsManagerClient(deployment.clients.secretsManager);
  try {
    await client.send(new PutSecretValueCommand({ SecretId: id, SecretString: value }));
  } finally {
    client.destroy();
  }
};

/**
 * Removes the label AWSPREVIOUS from a version, so that no function reads it any more.
 *
 * @param versionId of the previous version. If a rotation has made another one the previous version, AWS refuses.
 */
export const removePrevious = async (
  deployment: Deployment,
  id: string,
  versionId: string,
): Promise<void> => {
  const { SecretsManagerClient, UpdateSecretVersionStageCommand } = await import(
    '@aws-sdk/client-secrets-manager'
  );
  const client = new SecretsManagerClient(deployment.clients.secretsManager);
  try {
    await client.send(
      new UpdateSecretVersionStageCommand({
        SecretId: id,
        VersionStage: 'AWSPREVIOUS',
        RemoveFromVersionId: versionId,
      }),
    );
  } finally {
    client.destroy();
  }
};
