import { createCallApi } from '../../lambdas/providers/shared/api/call-api.ts';
import type {
  SubscribableProvider,
  SubscriptionApi,
} from '../../lambdas/providers/shared/api/subscription-api.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import type { DeployedSource, Deployment } from '../deployment/deployment.ts';
import { readSecret, type SecretValue } from '../secrets/secret-values.ts';
import { isSecretSet } from '../secrets/source-secret.ts';
import { findApiCredentials, noApiCredentials } from './api-credentials.ts';
import type { Target } from './plan.ts';
import { subscribableProvider } from './providers.ts';
import { withCliErrors } from './with-cli-errors.ts';

/** A source and its provider's API, ready to be used. */
export interface ConnectedSource {
  readonly source: DeployedSource;
  readonly provider: SubscribableProvider;
  readonly api: SubscriptionApi;
  readonly target: Target;
}

/**
 * Connects a source to its provider's API.
 *
 * @returns undefined where there is no API key, or where the real provider would be called for the local stack.
 * @throws {CliError} where the provider has no such API, or its key can't be used.
 */
export const connectIfPossible = async (
  context: Context,
  deployment: Deployment,
  source: DeployedSource,
): Promise<ConnectedSource | undefined> => {
  const provider = providerOf(source);
  const credentials = await findApiCredentials(deployment, source, provider, context.env);
  // A real provider can't reach the local stack. A test sets the URL of its own API.
  if (credentials === undefined || (deployment.kind === 'local' && credentials.url === undefined))
    return undefined;

  const secret = provider.registersSecret ? await currentSecret(deployment, source) : undefined;
  const call = createCallApi({
    title: provider.title,
    baseUrl: (credentials.url ?? provider.baseUrl(source)).replace(/\/+$/, ''),
    secrets: [credentials.key, credentials.secret ?? '', secret?.value ?? ''],
    checkKey: `Check the API key of ${provider.title} and its permissions; docs/cli.md says where it is stored.`,
    refusal: provider.refusal,
    sleep: context.sleep,
    interrupted: context.interrupted,
  });
  const name = `Gatepost ${source.name}`;
  const api = withCliErrors(
    provider.connect({ call, credentials, name, secret: secret?.value, now: context.now }),
  );
  const target: Target = {
    url: source.url,
    secretVersion: secret?.versionId.slice(0, VERSION_LENGTH),
    oneEventEach: provider.oneEventEach,
    canUpdate: api.update !== undefined,
  };
  return { source, provider, api, target };
};

/**
 * Like {@link connectIfPossible}, but throws where it returns undefined.
 *
 * @throws {CliError}
 */
export const connect = async (
  context: Context,
  deployment: Deployment,
  source: DeployedSource,
): Promise<ConnectedSource> => {
  const connected = await connectIfPossible(context, deployment, source);
  if (connected !== undefined) return connected;
  const provider = providerOf(source);
  if (deployment.kind === 'stack') throw noApiCredentials(deployment, source, provider);
  throw new CliError(
    'failed',
    `${provider.title} can't reach the local stack, so it has no subscriptions for it.`,
    'Leave out --local for the stack on AWS. To test with an API of your own, set its URL as docs/cli.md shows.',
  );
};

/**
 * The provider's API for subscriptions.
 *
 * @throws {CliError} where it has none.
 */
export const providerOf = (source: DeployedSource): SubscribableProvider => {
  const provider = subscribableProvider(source.provider);
  if (provider !== undefined) return provider;
  throw new CliError(
    'usage',
    `Gatepost has no client for subscriptions of the provider ${source.provider}.`,
    `Enter the URL of ${source.name} at the provider: ${source.url}`,
  );
};

/**
 * Checks that the secret is set, where the provider needs it.
 *
 * @throws {CliError} where it is not set.
 */
export const requireSecret = ({ source, provider, target }: ConnectedSource): void => {
  if (!provider.registersSecret || target.secretVersion !== undefined) return;
  throw new CliError(
    'notFound',
    `The secret of ${source.name} is not set, and ${provider.title} needs it.`,
    `gatepost secret ${source.name} --generate`,
  );
};

/** Enough of a UUID to tell the versions of one secret apart. */
const VERSION_LENGTH = 8;

/** The source's secret; undefined where it is not set. */
const currentSecret = async (
  deployment: Deployment,
  { secretArn }: DeployedSource,
): Promise<SecretValue | undefined> => {
  const secret = secretArn === undefined ? undefined : await readSecret(deployment, secretArn);
  return secret !== undefined && isSecretSet(secret.value) ? secret : undefined;
};
