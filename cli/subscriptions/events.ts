import type { SubscribableProvider } from '../../lambdas/providers/shared/api/subscription-api.ts';
import { CliError } from '../cli-error.ts';

/**
 * Reads the names of events on the command line.
 *
 * @returns the provider's names, each once.
 * @throws {CliError} on an unknown event.
 */
export const readEvents = (
  { title, events, aliases = {} }: SubscribableProvider,
  named: readonly string[],
): readonly string[] => {
  const names = named.map((name) => (Object.hasOwn(aliases, name) ? (aliases[name] ?? name) : name));
  const unknown = names.filter((name) => !events.includes(name));
  if (unknown.length === 0) return [...new Set(names)];
  throw new CliError('usage', `${title} has no event ${unknown.join(', ')}.`, `Known: ${events.join(', ')}`);
};
