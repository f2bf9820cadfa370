import type { Subscription } from '../../lambdas/providers/shared/api/subscription-api.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { sourceNamed } from '../deployment/find-deployment.ts';
import { table } from '../output/table.ts';
import { connect } from './connect.ts';
import { hasOtherSecret, ownSubscriptions } from './plan.ts';

/** A subscription, as `gatepost subscriptions` shows it. */
interface Shown extends Subscription {
  /** Whether it leads to the source. */
  readonly own: boolean;
  /** Whether it was created with another or an unknown secret. */
  readonly otherSecret: boolean;
}

/**
 * Shows a source's subscriptions from the provider's list; with `test` requests a test delivery for each.
 *
 * @throws {CliError} where the provider documents no list, or no test.
 */
export const showSubscriptions = async (
  context: Context,
  name: string,
  { all, test }: { readonly all: boolean; readonly test: boolean },
): Promise<void> => {
  const deployment = await context.deployment();
  const source = sourceNamed(deployment, name);
  const { api, provider, target } = await connect(context, deployment, source);
  if (api.list === undefined) {
    throw new CliError(
      'failed',
      `${provider.title} documents no list of subscriptions.`,
      `gatepost sources shows the last delivery; gatepost subscribe ${name} subscribes again.`,
    );
  }
  if (test && api.test === undefined)
    throw new CliError(
      'usage',
      `${provider.title} documents no test delivery.`,
      `gatepost send ${name} sends a sample.`,
    );

  const listed = await api.list();
  const own = new Set(ownSubscriptions(target, listed));
  const notes: string[] = [];
  for (const { id } of test ? own : []) notes.push(...((await api.test?.(id))?.notes ?? []));
  const subscriptions: readonly Shown[] = listed
    .filter((subscription) => all || own.has(subscription))
    .map((subscription) => ({
      ...subscription,
      own: own.has(subscription),
      otherSecret: own.has(subscription) && hasOtherSecret(target, subscription),
    }));
  context.show({ source: name, provider: provider.title, subscriptions, notes }, () =>
    [
      subscriptions.length === 0
        ? `${provider.title} lists no subscription${all ? '' : ` that leads to ${name}`}.`
        : table(['ID', 'EVENTS', 'URL', ''], subscriptions.map(row)),
      ...notes,
    ].join('\n'),
  );
};

const row = ({ id, url, events, own, otherSecret }: Shown): readonly string[] => [
  id,
  events.length <= 3 ? events.join(' ') : `${events.length}: ${events.slice(0, 3).join(' ')} …`,
  url,
  own ? (otherSecret ? 'perhaps with another secret' : '') : 'leads elsewhere',
];
