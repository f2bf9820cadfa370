import type {
  Outcome,
  Subscription,
  SubscriptionApi,
} from '../../lambdas/providers/shared/api/subscription-api.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { startBar } from '../output/progress-bar.ts';
import type { ConnectedSource } from './connect.ts';
import type { Step } from './plan.ts';

/** The result of the steps. */
export interface Applied {
  readonly notes: readonly string[];
  readonly topicArns: readonly string[];
}

/**
 * Applies the steps in sequence, and waits until the provider's list shows them.
 *
 * @param planAgain the steps that remain according to the provider's list.
 * @throws {CliError} where a step fails: the steps after it are not applied.
 */
export const applySteps = async (
  context: Context,
  { api, provider }: ConnectedSource,
  steps: readonly Step[],
  planAgain: (current: readonly Subscription[]) => readonly Step[],
): Promise<Applied> => {
  const outcomes: Outcome[] = [];
  const bar = steps.length > 1 ? startBar(context.err, steps.length, 'steps') : undefined;
  try {
    for (const step of steps) {
      outcomes.push(await apply(api, step));
      bar?.increment();
    }
  } catch (error) {
    if (outcomes.length > 0)
      context.note(
        `${outcomes.length} of ${steps.length} steps were completed at ${provider.title}; the others were not started.`,
      );
    throw error;
  } finally {
    bar?.stop();
  }

  const failures = outcomes.flatMap((outcome) => outcome.failures ?? []);
  const notes = outcomes.flatMap((outcome) => outcome.notes);
  const topicArns = outcomes.flatMap((outcome) => outcome.topicArns ?? []);
  if (failures.length > 0) {
    const kept =
      topicArns.length === 0 ? undefined : `The topicArns of what was subscribed: ${topicArns.join(', ')}`;
    throw new CliError(
      'provider',
      `${provider.title} did not change everything. ${failures.join('; ')}.`,
      kept,
    );
  }
  const { list } = api;
  if (list === undefined || (await isListed(context, list, planAgain))) return { notes, topicArns };
  return {
    notes: [
      ...notes,
      `${provider.title} accepted the change, but its list does not show it yet. Do not subscribe again before gatepost subscriptions shows it.`,
    ],
    topicArns,
  };
};

const apply = async (api: SubscriptionApi, step: Step): Promise<Outcome> => {
  if (step.kind === 'create') return await api.create(step.wanted);
  if (step.kind === 'remove') return await api.remove(step.subscription);
  if (api.update === undefined) throw new Error('an update was planned for a provider that has none');
  return await api.update(step.from.id, step.wanted);
};

/** Altoviz's list is about two seconds late. */
const LIST_TRIES = 10;
const LIST_PAUSE_MS = 1_500;

const isListed = async (
  { sleep }: Context,
  list: () => Promise<readonly Subscription[]>,
  planAgain: (current: readonly Subscription[]) => readonly Step[],
): Promise<boolean> => {
  for (let attempt = 1; attempt <= LIST_TRIES; attempt++) {
    if (planAgain(await list()).length === 0) return true;
    if (attempt < LIST_TRIES) await sleep(LIST_PAUSE_MS);
  }
  return false;
};
