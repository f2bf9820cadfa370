import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import type { DeployedSource, Deployment } from '../deployment/deployment.ts';
import type { SourceHistory } from '../history.ts';
import { counted } from '../output/counted.ts';
import { readSecret } from '../secrets/secret-values.ts';
import { isSecretSet } from '../secrets/source-secret.ts';
import { notChosen } from '../subscriptions/chosen.ts';
import { connectIfPossible } from '../subscriptions/connect.ts';
import { eventsOf, hasOtherSecret, ownSubscriptions } from '../subscriptions/plan.ts';
import { subscribableProvider } from '../subscriptions/providers.ts';

/** A source, as `gatepost sources` shows it. */
export interface SourceReport {
  readonly source: string;
  readonly provider: string;
  readonly url: string;
  /** The patterns of the events that it lets in. Absent where it lets all in. */
  readonly events?: readonly string[] | undefined;
  /** Absent for a provider that has none. `unknown` where the user may not read it. */
  readonly secret?: 'set' | 'missing' | 'unknown' | undefined;
  readonly subscription: SubscriptionState;
  /** Of the last day. Absent where the event log was not read. */
  readonly history?: SourceHistory | undefined;
}

export interface SubscriptionState {
  /**
   * - `subscribed`, `none`: according to the provider's list
   * - `outdated`: `gatepost subscribe` would change it
   * - `not-listed`: the provider documents no list
   * - `by-hand`: Gatepost knows no API of the provider
   * - `no-key`: there is no API key
   * - `unknown`: it could not be read
   */
  readonly state: 'subscribed' | 'none' | 'outdated' | 'not-listed' | 'by-hand' | 'no-key' | 'unknown';
  readonly events?: readonly string[];
  readonly text: string;
}

const DAY_MS = 24 * 60 * 60_000;

/** Reports on all sources in parallel. A failure at one source does not hide the others. */
export const reportSources = async (
  context: Context,
  deployment: Deployment,
): Promise<readonly SourceReport[]> => {
  const since = new Date(context.now().getTime() - DAY_MS);
  return await Promise.all(
    deployment.sources.map(async (source) => {
      const { name, provider, url } = source;
      const [secret, subscription, history] = await Promise.all([
        secretState(deployment, source),
        subscriptionState(context, deployment, source),
        context.history?.ofSource(deployment, name, since),
      ]);
      return { source: name, provider, url, events: chosenBy(source), secret, subscription, history };
    }),
  );
};

const chosenBy = ({ settings }: DeployedSource): SourceReport['events'] => {
  const { events } = Object(settings) as { readonly events?: unknown };
  return Array.isArray(events) ? events : undefined;
};

const secretState = async (
  deployment: Deployment,
  { secretArn }: DeployedSource,
): Promise<SourceReport['secret']> => {
  if (secretArn === undefined) return undefined;
  try {
    const secret = await readSecret(deployment, secretArn);
    return secret !== undefined && isSecretSet(secret.value) ? 'set' : 'missing';
  } catch (error) {
    // The user may lack permission to read secrets.
    if (Error.isError(error) && error.name === 'AccessDeniedException') return 'unknown';
    throw error;
  }
};

const subscriptionState = async (
  context: Context,
  deployment: Deployment,
  source: DeployedSource,
): Promise<SubscriptionState> => {
  const provider = subscribableProvider(source.provider);
  if (provider === undefined) return { state: 'by-hand', text: 'by hand' };
  try {
    const connected = await connectIfPossible(context, deployment, source);
    if (connected === undefined) return { state: 'no-key', text: '– (no API key)' };
    const { api, target } = connected;
    if (api.list === undefined) return { state: 'not-listed', text: `– (${provider.title} has no list)` };
    const own = ownSubscriptions(target, await api.list());
    const events = eventsOf(own);
    const count = counted(events.length, 'event');
    if (own.length === 0) return { state: 'none', events, text: 'none' };
    if (own.some((subscription) => hasOtherSecret(target, subscription)))
      return { state: 'outdated', events, text: `${count}, perhaps with another secret` };
    const leftOut = notChosen(source, provider);
    const ignored = events.filter((event) => leftOut.has(event)).length;
    return ignored === 0
      ? { state: 'subscribed', events, text: count }
      : { state: 'outdated', events, text: `${count}, of which ${ignored} ignored` };
  } catch (error) {
    if (error instanceof CliError) return { state: 'unknown', text: `? ${error.message}` };
    if (Error.isError(error) && error.name === 'AccessDeniedException')
      return { state: 'unknown', text: '? the API key may not be read' };
    throw error;
  }
};
