import type { Subscription } from '../../lambdas/providers/shared/api/subscription-api.ts';
import type { Context } from '../context.ts';
import { sourceNamed } from '../deployment/find-deployment.ts';
import { confirm } from '../output/ask.ts';
import { type Applied, applySteps } from './apply-steps.ts';
import { checkChosen, notChosen } from './chosen.ts';
import { type ConnectedSource, connect, providerOf, requireSecret } from './connect.ts';
import { describeSteps } from './describe.ts';
import { readEvents } from './events.ts';
import { eventsOf, ownSubscriptions, planSubscriptions, type Step } from './plan.ts';

/** A change of a source's subscriptions. */
export interface Change {
  readonly kind: 'subscribe' | 'unsubscribe';
  /** Empty: all. */
  readonly events: readonly string[];
  /** Confirmed on the command line. */
  readonly yes: boolean;
}

/** Plans the steps from the provider's current list, which is empty where the provider documents no list. */
type Planner = (current: readonly Subscription[]) => readonly Step[];

/**
 * Shows the steps of a change and applies them after confirmation.
 *
 * @throws {CliError} where a step fails, or it was not confirmed.
 */
export const changeSubscriptions = async (context: Context, name: string, change: Change): Promise<void> => {
  const deployment = await context.deployment();
  const source = sourceNamed(deployment, name);
  const events = readEvents(providerOf(source), change.events);
  if (change.kind === 'subscribe') checkChosen(source, providerOf(source), events);
  const connected = await connect(context, deployment, source);
  if (change.kind === 'subscribe') requireSecret(connected);

  const current = await connected.api.list?.();
  const plan = planner(connected, { ...change, events });
  const steps = plan(current ?? []);
  const isKnown = current !== undefined;
  if (steps.length === 0) {
    context.show(result(connected, steps, NOTHING), () => nothingToDo(connected, change));
    return;
  }

  if (!change.yes) {
    context.show(result(connected, steps, undefined), () => describeSteps(connected, steps, isKnown));
    await confirm(context, false, 'Apply these changes?');
  }
  const done = await applySteps(context, connected, steps, plan);
  context.show(result(connected, steps, done), () =>
    [...(change.yes ? [describeSteps(connected, steps, isKnown)] : []), 'Done.', ...notesOf(done)].join('\n'),
  );
};

const NOTHING: Applied = { notes: [], topicArns: [] };

const planner = ({ api, provider, source, target }: ConnectedSource, change: Change): Planner => {
  const { kind } = change;
  const leftOut = kind === 'subscribe' ? notChosen(source, provider) : new Set<string>();
  const isChosen = (event: string): boolean => !leftOut.has(event);
  const events = change.events.length === 0 ? provider.events.filter(isChosen) : change.events;
  if (api.list === undefined) {
    // The current subscriptions are unknown, so all events are requested; the provider reports those it had already.
    const { url } = target;
    return () =>
      kind === 'subscribe'
        ? [{ kind: 'create', wanted: { url, events } }]
        : [{ kind: 'remove', subscription: { id: '', url, events } }];
  }
  return (current) => {
    const has = eventsOf(ownSubscriptions(target, current));
    if (kind === 'subscribe')
      return planSubscriptions(target, current, [...new Set([...has, ...events])].filter(isChosen));
    const kept = change.events.length === 0 ? [] : has.filter((event) => !events.includes(event));
    return planSubscriptions(target, current, kept);
  };
};

const nothingToDo = ({ source, provider }: ConnectedSource, { kind }: Change): string =>
  kind === 'subscribe'
    ? `The subscriptions of ${source.name} at ${provider.title} are up to date: nothing to do.`
    : `${provider.title} has no such subscription of ${source.name}: nothing to do.`;

const result = (
  { source, provider }: ConnectedSource,
  steps: readonly Step[],
  done: Applied | undefined,
) => ({
  source: source.name,
  provider: provider.title,
  steps,
  done: done !== undefined,
  notes: done?.notes ?? [],
  topicArns: done?.topicArns ?? [],
});

const notesOf = ({ notes, topicArns }: Applied): readonly string[] => [
  ...notes,
  ...(topicArns.length === 0
    ? []
    : [
        '',
        "Add the topics to the source's settings in bin/gatepost.ts, so that deliveries of other topics are rejected:",
        `  topicArns: [${topicArns.map((topic) => `'${topic}'`).join(', ')}],`,
      ]),
];
