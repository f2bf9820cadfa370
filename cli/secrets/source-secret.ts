import { randomBytes } from 'node:crypto';
import { PLACEHOLDER_SECRET } from '../../lambdas/ingest/secrets.ts';
import { providerNamed } from '../../lambdas/providers/index.ts';
import { CliError } from '../cli-error.ts';
import type { DeployedSource } from '../deployment/deployment.ts';

/** The functions treat a shorter secret as not set: `lambdas/ingest/secrets.ts`. */
const MIN_LENGTH = 16;

/** Whether the secret has been set: the functions answer 503 until then. */
export const isSecretSet = (value: string): boolean =>
  value !== PLACEHOLDER_SECRET && value.length >= MIN_LENGTH;

/** Why a secret is not valid for a source; undefined where it is. */
export const faultOf = ({ provider, settings }: DeployedSource, value: string): string | undefined => {
  if (value === PLACEHOLDER_SECRET) return 'it is the placeholder that a new source has';
  if (value.length < MIN_LENGTH) return `it must be at least ${MIN_LENGTH} characters long`;
  return providerNamed(provider).secret?.fault(value, settings as never);
};

/**
 * Generates a secret of 32 random bytes.
 *
 * @returns undefined where the provider generates it.
 */
export const generateSecret = ({ provider, settings }: DeployedSource): string | undefined =>
  providerNamed(provider).secret?.generate?.(randomBytes(32), settings as never);

/**
 * The ARN of a source's secret.
 *
 * @throws {CliError} where the source has none.
 */
export const secretIdOf = ({ name, provider, secretArn }: DeployedSource): string => {
  if (secretArn !== undefined) return secretArn;
  throw new CliError('usage', `${name} has no secret: ${provider} signs with a public key.`);
};

/** The command that sets the secret of a source. */
export const setIt = (source: DeployedSource): string =>
  generateSecret(source) === undefined
    ? `gatepost secret ${source.name}`
    : `gatepost secret ${source.name} --generate`;
