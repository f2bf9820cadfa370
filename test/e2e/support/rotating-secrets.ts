import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SecretSource, SourceName } from '../../../evidence/simulation/schedule.ts';
import { LOCAL_CLIENT } from '../../../local/aws/endpoints.ts';

/** The sources' secrets, and what their providers sign with. */
export interface RotatingSecrets {
  /** What a provider signs with now; nothing where it has no secret. */
  signing(source: SourceName): { readonly secret: string; readonly isRotated: boolean };
  /** When the source last got a new secret, in ms since 1970; 0 where it never did. */
  rotatedAt(source: SourceName): number;
  /**
   * Gives a source a new secret, which its provider signs with that much later, in ms. One rotation of a source waits for
   * the one before: a secret is accepted for as long as there is only one newer than it.
   */
  rotate(source: SecretSource, lag: number): Promise<void>;
  stop(): void;
}

/**
 * @param secretsManager its URL.
 * @param secrets what the sources have at first.
 */
export const rotatingSecrets = (
  secretsManager: string,
  secrets: Readonly<Record<string, string>>,
): RotatingSecrets => {
  const client = new SecretsManagerClient({ ...LOCAL_CLIENT, endpoint: secretsManager });
  const signing = new Map(Object.entries(secrets));
  const rotatedAt = new Map<string, number>();
  const turns = new Map<string, Promise<void>>();

  const rotate = async (source: SecretSource, lag: number): Promise<void> => {
    const SecretString = `whsec_${randomBytes(32).toString('base64')}`;
    await client.send(new PutSecretValueCommand({ SecretId: `gatepost/${source}`, SecretString }));
    rotatedAt.set(source, Date.now());
    await sleep(lag);
    signing.set(source, SecretString);
    await sleep(BETWEEN_ROTATIONS);
  };

  return {
    signing: (source) => {
      const secret = signing.get(source) ?? '';
      return { secret, isRotated: secret !== (secrets[source] ?? '') };
    },
    rotatedAt: (source) => rotatedAt.get(source) ?? 0,
    rotate: async (source, lag) => {
      const turn = (turns.get(source) ?? Promise.resolve()).then(() => rotate(source, lag));
      turns.set(source, turn);
      await turn;
    },
    stop: () => client.destroy(),
  };
};

/** Longer than the functions go without asking for a secret, and than a delivery is on its way. In ms. */
const BETWEEN_ROTATIONS = 2_500;
