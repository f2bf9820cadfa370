import { readSecretText } from '../../lambdas/core/secret-text.ts';
import type { Deployment } from '../deployment/deployment.ts';

/** A secret's current value. */
export interface SecretValue {
  readonly value: string;
  readonly versionId: string;
}

/**
 * Reads a secret's current value as the functions do. It is empty where they find none in it.
 *
 * @param id name or ARN.
 * @returns undefined where there is no such secret.
 */
export const readSecret = async (deployment: Deployment, id: string): Promise<SecretValue | undefined> => {
  const { GetSecretValueCommand, ResourceNotFoundException, SecretsManagerClient } = await import(
    '@aws-sdk/client-secrets-manager'
  );
  const client = new SecretsManagerClient(deployment.clients.secretsManager);
  try {
    const { SecretString = '', VersionId = '' } = await client.send(
      new GetSecretValueCommand({ SecretId: id }),
    );
    return { value: readSecretText(SecretString).text ?? '', versionId: VersionId };
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
