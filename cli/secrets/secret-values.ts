import type { Deployment } from '../deployment/deployment.ts';

/** A secret's current value. */
export interface SecretValue {
  readonly value: string;
  /** Of this value; it says nothing about it. */
  readonly versionId: string;
}

/**
 * A secret's current value, without white space around it: it comes from pasting, as the functions see it too.
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
    return { value: SecretString.trim(), versionId: VersionId };
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  } finally {
    client.destroy();
  }
};

/** Makes a value the secret's current one; the one before becomes the previous one. */
export const storeSecret = async (
  deployment: Deployment,
  id: string,
  value: string,
): Promise<SecretValue> => {
  const { PutSecretValueCommand, SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
  const client = new SecretsManagerClient(deployment.clients.secretsManager);
  try {
    const { VersionId = '' } = await client.send(
      new PutSecretValueCommand({ SecretId: id, SecretString: value }),
    );
    return { value, versionId: VersionId };
  } finally {
    client.destroy();
  }
};
