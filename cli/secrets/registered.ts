import type { Subscription } from '../../lambdas/providers/shared/api/subscription-api.ts';
import type { Context } from '../context.ts';
import type { DeployedSource, Deployment } from '../deployment/deployment.ts';
import { type ConnectedSource, connectIfPossible } from '../subscriptions/connect.ts';
import { ownSubscriptions, secretVersionOf } from '../subscriptions/plan.ts';
import { subscribableProvider } from '../subscriptions/providers.ts';

/** A source's current subscriptions at a provider that holds the secret. */
export interface Registered {
  readonly connected: ConnectedSource;
  readonly own: readonly Subscription[];
  /** Whether the provider still signs with a secret from before the current one. */
  readonly usesOlder: boolean;
}

/**
 * Reads a source's subscriptions at its provider.
 *
 * @returns undefined where the provider's subscriptions hold no secret, or there is no API key.
 * @throws {CliError} where the provider's API can't be used.
 */
export const findRegistered = async (
  context: Context,
  deployment: Deployment,
  source: DeployedSource,
): Promise<Registered | undefined> => {
  if (subscribableProvider(source.provider)?.registersSecret !== true) return undefined;
  const connected = await connectIfPossible(context, deployment, source);
  if (connected?.api.list === undefined) return undefined;
  const own = ownSubscriptions(connected.target, await connected.api.list());
  const current = connected.target.secretVersion;
  const usesOlder = own.some((subscription) => {
    const version = secretVersionOf(subscription);
    return current !== undefined && version !== undefined && version !== current;
  });
  return { connected, own, usesOlder };
};
