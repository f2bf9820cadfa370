import type { SubscribableProvider } from '../../lambdas/providers/shared/api/subscription-api.ts';
import { CliError } from '../cli-error.ts';

/**
 * The provider's events that were named on the command line, each once.
 *
 * @throws {CliError} on one that it doesn't have.
 */
export const readEvents = (
  { title, events, aliases = {} }: SubscribableProvider,
  named: readonly string[],
): readonly string[] => {
  const meant = named.map((name) => (Object.hasOwn(aliases, name) ? (aliases[name] ?? name) : name));
  const strange = meant.filter((name) => !events.includes(name));
  if (strange.length === 0) return [...new Set(meant)];
  throw new CliError(
    'usage',
    `${title} has no event ${strange.join(', ')}.`,
    `Known are: ${events.join(', ')}`,
  );
};
