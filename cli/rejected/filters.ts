import { REASONS } from '../../lambdas/core/rejection.ts';
import { SOURCE_NAME } from '../../lambdas/core/source.ts';
import { nearestName } from '../../lambdas/core/unknown-name.ts';
import type { RejectedQuery } from '../../lambdas/event-log/search-rejected.ts';
import { CliError } from '../cli-error.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { readTime } from '../events/time.ts';

/** The options that select rejected deliveries, as the command line gives them. */
export interface RejectedFilters {
  readonly source?: string;
  readonly reason?: string;
  readonly since?: string;
  readonly until?: string;
}

/**
 * Reads the options.
 *
 * @param defaultSince replaces an absent `--since`: `1d`.
 * @throws {CliError} where an option is invalid.
 */
export const readRejectedFilters = (
  { source, reason, ...options }: RejectedFilters,
  { sources }: Deployment,
  now: Date,
  defaultSince: string,
): Omit<RejectedQuery, 'order'> => {
  if (source !== undefined && !SOURCE_NAME.test(source))
    throw new CliError('usage', `--source is "${source}", which is not a valid source name`);
  if (reason !== undefined && !Object.hasOwn(REASONS, reason)) {
    const nearest = nearestName(reason, Object.keys(REASONS));
    throw new CliError(
      'usage',
      `--reason is "${reason}", which is none of the reasons`,
      nearest === undefined ? 'docs/runbook.md#the-reasons lists them.' : `Did you mean "${nearest}"?`,
    );
  }
  const since = readTime(options.since ?? defaultSince, '--since', now);
  const until = options.until === undefined ? now.toISOString() : readTime(options.until, '--until', now);
  if (since > until) throw new CliError('usage', `--since (${since}) is later than --until (${until})`);
  return {
    sources: source === undefined ? sources.map(({ name }) => name) : [source],
    ...(reason !== undefined && { reason }),
    since,
    until,
  };
};
