import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  eventsOf,
  ownSubscriptions,
  planSubscriptions,
  type Step,
  type Target,
} from '../../../cli/subscriptions/plan.ts';
import type { Subscription } from '../../../lambdas/providers/shared/api/subscription-api.ts';

const HOOKS = 'https://hooks.example.com/hooks';
const EVENTS = ['a_created', 'b_created', 'b_updated', 'c_deleted'];

const target = fc.record({
  oneEventEach: fc.boolean(),
  canUpdate: fc.boolean(),
  secretVersion: fc.option(fc.constantFrom('11111111', '22222222'), { nil: undefined }),
});
const targetOf = (given: Omit<Target, 'url'>): Target => ({
  ...given,
  url: given.oneEventEach ? `${HOOKS}/source/{event}` : `${HOOKS}/source`,
});
const events = fc.uniqueArray(fc.constantFrom(...EVENTS));
const version = fc.constantFrom('', '?version=11111111', '?version=22222222', '?by=hand');
const own = ({ oneEventEach }: Omit<Target, 'url'>) =>
  oneEventEach
    ? fc
        .tuple(fc.constantFrom(...EVENTS), fc.constantFrom(...EVENTS), version)
        .map(([path, event, query]) => ({ url: `${HOOKS}/source/${path}${query}`, events: [event] }))
    : fc
        .tuple(events, version)
        .map(([subscribed, query]) => ({ url: `${HOOKS}/source${query}`, events: subscribed }));
const foreign = fc
  .tuple(
    fc.constantFrom(
      'https://elsewhere.example/hooks/source',
      `${HOOKS}/source-2`,
      `${HOOKS}/source-2/a_created`,
      'https://hooks.example.com/',
      'no URL',
      '',
    ),
    events,
  )
  .map(([url, subscribed]) => ({ url, events: subscribed }));

const world = target.chain((given) =>
  fc.record({
    target: fc.constant(targetOf(given)),
    current: fc
      .array(fc.oneof(own(given), foreign), { maxLength: 6 })
      .map((all) => all.map((one, index) => ({ id: String(index), ...one }))),
    wanted: events,
  }),
);

/** What the provider has after the steps. */
const outcome = (current: readonly Subscription[], steps: readonly Step[]): readonly Subscription[] => {
  let now = [...current];
  for (const [index, step] of steps.entries()) {
    if (step.kind === 'create') now.push({ id: `new${index}`, ...step.wanted });
    else if (step.kind === 'remove') now = now.filter(({ id }) => id !== step.subscription.id);
    else now = now.map((one) => (one.id === step.from.id ? { id: one.id, ...step.wanted } : one));
  }
  return now;
};

describe('the plan', () => {
  test('brings what is wanted, each event once, and is then at its end', () => {
    fc.assert(
      fc.property(world, ({ target, current, wanted }) => {
        const then = outcome(current, planSubscriptions(target, current, wanted));
        const brought = ownSubscriptions(target, then).flatMap((one) => one.events);
        expect([...brought].sort()).toEqual([...wanted].sort());
        expect(planSubscriptions(target, then, wanted)).toEqual([]);
      }),
    );
  });

  test('touches nothing that leads elsewhere', () => {
    fc.assert(
      fc.property(world, ({ target, current, wanted }) => {
        const own = new Set(ownSubscriptions(target, current).map(({ id }) => id));
        const then = outcome(current, planSubscriptions(target, current, wanted));
        const others = (all: readonly Subscription[]) =>
          all.filter(({ id }) => !own.has(id) && !id.startsWith('new'));
        expect(others(then)).toEqual(others(current));
      }),
    );
  });

  test('never leaves a moment in which an event that is wanted and was subscribed rightly is not subscribed', () => {
    fc.assert(
      fc.property(world, ({ target, current, wanted }) => {
        const steps = planSubscriptions(target, current, wanted);
        const had = new Set(eventsOf(ownSubscriptions(target, current)));
        for (let done = 0; done <= steps.length; done++) {
          const has = eventsOf(ownSubscriptions(target, outcome(current, steps.slice(0, done))));
          expect(has).toEqual(
            expect.arrayContaining(
              wanted.filter((event) => had.has(event) && (!target.canUpdate || done === steps.length)),
            ),
          );
        }
      }),
    );
  });

  test('changes in place where that can be done', () => {
    const changeable = targetOf({ oneEventEach: false, canUpdate: true });
    const before = { id: '1', url: `${HOOKS}/source`, events: ['a_created'] };
    expect(planSubscriptions(changeable, [before], ['b_created'])).toEqual([
      { kind: 'update', from: before, wanted: { url: `${HOOKS}/source`, events: ['b_created'] } },
    ]);
  });

  test('an event under the URL of another is set right', () => {
    const each = targetOf({ oneEventEach: true, canUpdate: false });
    const wrong = { id: '1', url: `${HOOKS}/source/a_created`, events: ['b_created'] };
    expect(planSubscriptions(each, [wrong], ['b_created'])).toEqual([
      { kind: 'create', wanted: { url: `${HOOKS}/source/b_created`, events: ['b_created'] } },
      { kind: 'remove', subscription: wrong },
    ]);
  });
});
