import { providerNamed } from '../../lambdas/providers/index.ts';
import type { SubscribableProvider } from '../../lambdas/providers/shared/api/subscription-api.ts';
import { leftOutBy } from '../../lambdas/providers/shared/selection.ts';
import { CliError } from '../cli-error.ts';
import type { DeployedSource } from '../deployment/deployment.ts';

/**
 * The events of a provider's API that a source does not let in, so that nothing is to be subscribed to. Where the API has
 * groups of events only, those without any event that comes in.
 *
 * @returns none if the source lets all events in.
 */
export const notChosen = (
  { provider: name, settings }: DeployedSource,
  provider: SubscribableProvider,
): ReadonlySet<string> => {
  const leftOut = leftOutBy(providerNamed(name).catalogue(settings as never), settings);
  if (leftOut.size === 0) return leftOut;
  const eventsIn = (event: string): readonly string[] => provider.eventsIn?.(event) ?? [event];
  return new Set(provider.events.filter((event) => eventsIn(event).every((one) => leftOut.has(one))));
};

/** @throws {CliError} if one of the named events would come for nothing. */
export const checkChosen = (
  source: DeployedSource,
  provider: SubscribableProvider,
  named: readonly string[],
): void => {
  const leftOut = notChosen(source, provider);
  const ignored = named.filter((event) => leftOut.has(event));
  if (ignored.length === 0) return;
  throw new CliError(
    'usage',
    `${source.name} does not let in ${ignored.join(', ')}: what ${provider.title} would send is ignored.`,
    `Add it to events of the source ${source.name}, and deploy: npx cdk deploy`,
  );
};
