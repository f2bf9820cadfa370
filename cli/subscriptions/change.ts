import type { Subscription } from '../../lambdas/providers/shared/api/subscription-api.ts';
import type { Context } from '../context.ts';
import { sourceNamed } from '../deployment/find-deployment.ts';
import { agree } from '../output/ask.ts';
import { type BroughtAbout, bringAbout } from './bring-about.ts';
import { type ConnectedSource, connect, providerOf, requireSecret } from './connect.ts';
import { describeSteps } from './describe.ts';
import { readEvents } from './events.ts';
import { eventsOf, ownSubscriptions, planSubscriptions, type Step } from './plan.ts';

/** What is to change about a source's subscriptions. */
export interface Change {
  readonly kind: 'subscribe' | 'unsubscribe';
  /** Empty: all. */
  readonly events: readonly string[];
  /** Whether it was agreed to beforehand. */
  readonly yes: boolean;
}

/** What to do, going by what the provider lists; it lists nothing where it documents no list. */
export type Planner = (current: readonly Subscription[]) => readonly Step[];

/**
 * Shows what is to be done, and does it once it is agreed to.
 *
 * @throws {CliError} where it can't be, or was not agreed to.
 */
export const changeSubscriptions = async (context: Context, name: string, change: Change): Promise<void> => {
  const deployment = await context.deployment();
  const source = sourceNamed(deployment, name);
  const events = readEvents(providerOf(source), change.events);
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
    await agree(context, false, 'Bring it about?');
  }
  const done = await bringAbout(context, connected, steps, plan);
  context.show(result(connected, steps, done), () =>
    [...(change.yes ? [describeSteps(connected, steps, isKnown)] : []), 'Done.', ...notesOf(done)].join('\n'),
  );
};

const NOTHING: BroughtAbout = { notes: [], topicArns: [] };

/** What changes the current subscriptions to those that are wanted. */
const planner = ({ api, provider, target }: ConnectedSource, change: Change): Planner => {
  const { kind } = change;
  const events = change.events.length === 0 ? provider.events : change.events;
  if (api.list === undefined) {
    // What is can't be known, so it is asked for as a whole; the provider itself says what was so already.
    const { url } = target;
    return () =>
      kind === 'subscribe'
        ? [{ kind: 'create', wanted: { url, events } }]
        : [{ kind: 'remove', subscription: { id: '', url, events } }];
  }
  return (current) => {
    const has = eventsOf(ownSubscriptions(target, current));
    if (kind === 'subscribe') return planSubscriptions(target, current, [...new Set([...has, ...events])]);
    const goes = new Set(change.events.length === 0 ? has : events);
    return planSubscriptions(
      target,
      current,
      has.filter((event) => !goes.has(event)),
    );
  };
};

const nothingToDo = ({ source, provider }: ConnectedSource, { kind }: Change): string =>
  kind === 'subscribe'
    ? `${source.name} is subscribed at ${provider.title} as it ought to be: nothing to do.`
    : `${provider.title} has no such subscription of ${source.name}: nothing to do.`;

/** @param done undefined: it isn't. */
const result = (
  { source, provider }: ConnectedSource,
  steps: readonly Step[],
  done: BroughtAbout | undefined,
) => ({
  source: source.name,
  provider: provider.title,
  steps,
  done: done !== undefined,
  notes: done?.notes ?? [],
  topicArns: done?.topicArns ?? [],
});

const notesOf = ({ notes, topicArns }: BroughtAbout): readonly string[] => [
  ...notes,
  ...(topicArns.length === 0
    ? []
    : [
        '',
        "These are the topics. Put them into the source's settings in bin/gatepost.ts, and no other is taken:",
        `  topicArns: [${topicArns.map((topic) => `'${topic}'`).join(', ')}],`,
      ]),
];
