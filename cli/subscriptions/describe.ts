import type { ConnectedSource } from './connect.ts';
import { hasOtherSecret, type Step } from './plan.ts';

/**
 * The steps, one per line, with the events that each adds and removes.
 *
 * @param isKnown whether the provider lists its subscriptions.
 */
export const describeSteps = (
  { source, provider, target }: ConnectedSource,
  steps: readonly Step[],
  isKnown: boolean,
): string => {
  const lines = steps.map((step) => {
    if (step.kind === 'create') return `  + subscribe  ${step.wanted.url}  ${listed(step.wanted.events)}`;
    if (step.kind === 'remove') {
      const { id, url, events } = step.subscription;
      const why = hasOtherSecret(target, step.subscription)
        ? '  (created with another or an unknown secret)'
        : '';
      return `  - remove     ${[id, url, listed(events)].filter((part) => part !== '').join('  ')}${why}`;
    }
    const { from, wanted } = step;
    const more = wanted.events.filter((event) => !from.events.includes(event)).map((event) => `+${event}`);
    const less = from.events.filter((event) => !wanted.events.includes(event)).map((event) => `-${event}`);
    const url = from.url === wanted.url ? from.url : `${from.url} -> ${wanted.url}`;
    return `  ~ change     ${[from.id, url, [...more, ...less].join(' ')].filter((part) => part !== '').join('  ')}`;
  });
  return [
    `${source.name} at ${provider.title}:`,
    ...lines,
    ...(isKnown ? [] : [`  (${provider.title} documents no list, so the current subscriptions are unknown)`]),
  ].join('\n');
};

const SHOWN = 5;

const listed = (events: readonly string[]): string =>
  events.length <= SHOWN
    ? events.join(', ')
    : `${events.length} events: ${events.slice(0, SHOWN).join(', ')}, …`;
