import { randomBytes } from 'node:crypto';
import { PLACEHOLDER_SECRET } from '../../lambdas/ingest/secrets.ts';
import { providerNamed } from '../../lambdas/providers/index.ts';
import type { DeployedSource } from '../deployment/deployment.ts';

/** As short as a secret may be: the functions take a shorter one for none. `lambdas/ingest/secrets.ts` */
const MIN_LENGTH = 16;

/** Whether the secret has been set: the functions answer 503 until then. */
export const isSecretSet = (value: string): boolean =>
  value !== PLACEHOLDER_SECRET && value.length >= MIN_LENGTH;

/** What is wrong with a secret for a source, as a sentence; undefined where nothing is. */
export const faultOf = ({ provider, settings }: DeployedSource, value: string): string | undefined => {
  if (value === PLACEHOLDER_SECRET) return 'it is the placeholder that a new source has';
  if (value.length < MIN_LENGTH) return `it must be at least ${MIN_LENGTH} characters long`;
  return providerNamed(provider).secret?.fault(value, settings as never);
};

/**
 * A new secret for a source, of 32 random bytes.
 *
 * @returns undefined where the provider makes it.
 */
export const generateSecret = ({ provider, settings }: DeployedSource): string | undefined =>
  providerNamed(provider).secret?.generate?.(randomBytes(32), settings as never);
