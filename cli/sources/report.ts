import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import type { DeployedSource, Deployment } from '../deployment/deployment.ts';
import { counted } from '../output/counted.ts';
import { readSecret } from '../secrets/secret-values.ts';
import { isSecretSet } from '../secrets/source-secret.ts';
import { connectIfPossible } from '../subscriptions/connect.ts';
import { eventsOf, hasOtherSecret, ownSubscriptions } from '../subscriptions/plan.ts';
import { subscribableProvider } from '../subscriptions/providers.ts';

/** A source, as `gatepost sources` shows it. */
export interface SourceReport {
  readonly source: string;
  readonly provider: string;
  readonly url: string;
  /** Absent for a provider that has none. `unknown` where it may not be read. */
  readonly secret?: 'set' | 'missing' | 'unknown' | undefined;
  readonly subscription: SubscriptionState;
  /** Absent where the event log was not read. */
  readonly history?: ReportedHistory | undefined;
}

export interface SubscriptionState {
  /**
   * - `subscribed`, `none`: as the provider's list says
   * - `outdated`: to be brought up to date with `gatepost subscribe`
   * - `not-listed`: the provider documents no list
   * - `by-hand`: Gatepost knows no API of the provider
   * - `no-key`: there is no API key
   * - `unknown`: it could not be found out
   */
  readonly state: 'subscribed' | 'none' | 'outdated' | 'not-listed' | 'by-hand' | 'no-key' | 'unknown';
  readonly events?: readonly string[];
  readonly text: string;
}

export interface ReportedHistory {
  /** ISO 8601 */
  readonly lastDelivery?: string | undefined;
  readonly events: number;
  readonly duplicates: number;
}

/** Reports on every source, all at the same time: what can't be found out of one stands in its row and hides no other. */
export const reportSources = async (
  context: Context,
  deployment: Deployment,
): Promise<readonly SourceReport[]> =>
  await Promise.all(
    deployment.sources.map(async (source) => {
      const [secret, subscription, history] = await Promise.all([
        secretState(deployment, source),
        subscriptionState(context, deployment, source),
        historyOf(context, deployment, source),
      ]);
      return {
        source: source.name,
        provider: source.provider,
        url: source.url,
        secret,
        subscription,
        history,
      };
    }),
  );

const secretState = async (
  deployment: Deployment,
  { secretArn }: DeployedSource,
): Promise<SourceReport['secret']> => {
  if (secretArn === undefined) return undefined;
  try {
    const secret = await readSecret(deployment, secretArn);
    return secret !== undefined && isSecretSet(secret.value) ? 'set' : 'missing';
  } catch (error) {
    // Who may look at a deployment need not be let at its secrets.
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
  if (provider === undefined) return { state: 'by-hand', text: 'made by hand' };
  try {
    const connected = await connectIfPossible(context, deployment, source);
    if (connected === undefined) return { state: 'no-key', text: '– (no API key)' };
    const { api, target } = connected;
    if (api.list === undefined) return { state: 'not-listed', text: `– (${provider.title} has no list)` };
    const own = ownSubscriptions(target, await api.list());
    const events = eventsOf(own);
    if (own.length === 0) return { state: 'none', events, text: 'none' };
    if (own.some((subscription) => hasOtherSecret(target, subscription)))
      return {
        state: 'outdated',
        events,
        text: `${counted(events.length, 'event')}, perhaps with another secret`,
      };
    return { state: 'subscribed', events, text: counted(events.length, 'event') };
  } catch (error) {
    if (error instanceof CliError) return { state: 'unknown', text: `? ${error.message}` };
    if (Error.isError(error) && error.name === 'AccessDeniedException')
      return { state: 'unknown', text: '? the API key may not be read' };
    throw error;
  }
};

const DAY_MS = 24 * 60 * 60_000;

const historyOf = async (
  { history, now }: Context,
  deployment: Deployment,
  { name }: DeployedSource,
): Promise<ReportedHistory | undefined> => {
  if (history === undefined) return undefined;
  const since = new Date(now().getTime() - DAY_MS);
  const found = await history.ofSource(deployment, name, since);
  if (found === undefined) return undefined;
  const { lastDelivery, events, duplicates } = found;
  return { lastDelivery: lastDelivery?.toISOString(), events, duplicates };
};
