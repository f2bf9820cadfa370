import type { Command } from 'commander';
import { SOURCE_NAME } from '../../lambdas/core/source.ts';
import type { EventFilter, EventQuery } from '../../lambdas/event-log/event-query.ts';
import { CliError } from '../cli-error.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { readTime } from './time.ts';

/** The options that select events, as the command line gives them. */
export interface FilterOptions {
  readonly source?: string;
  readonly entity?: string;
  readonly id?: string;
  readonly type?: string;
  readonly since?: string;
  readonly until?: string;
  readonly duplicates?: boolean;
}

/** Adds {@link FilterOptions} to a command. */
export const addFilterOptions = (command: Command, since: string): Command =>
  command
    .option('--source <name>', 'only events of this source (default: all configured sources)')
    .option('--entity <entity>', 'only events of this entity: company, contact, unrecognized')
    .option('--id <id>', 'only events of the entity with this id; needs --entity')
    .option('--type <type>', 'only events of this type: ivvy.company.created')
    .option('--since <time>', `start of the time range: 30m, 2h, 7d or 2026-11-22T05:30Z${since}`)
    .option('--until <time>', 'end of the time range (default: now)')
    .option('--duplicates', 'only events that were delivered more than once');

export const isFiltered = (options: FilterOptions): boolean =>
  FILTERS.some((name) => options[name] !== undefined);

const FILTERS = ['source', 'entity', 'id', 'type', 'since', 'until', 'duplicates'] as const;

/** A query without its order. */
export type Chosen = Omit<EventQuery, 'order' | 'after'>;

/**
 * Reads the options.
 *
 * @param defaultSince replaces an absent `--since`: `1d`.
 * @throws {CliError} where an option is invalid.
 */
export const readFilter = (
  options: FilterOptions,
  { sources }: Deployment,
  now: Date,
  defaultSince: string,
): Chosen => {
  const { source, entity, id, type, duplicates } = options;
  if (source !== undefined && !SOURCE_NAME.test(source))
    throw new CliError('usage', `--source is "${source}", which is not a valid source name`);
  if (id !== undefined && entity === undefined)
    throw new CliError('usage', '--id needs --entity: different entities may have the same id');
  const since = readTime(options.since ?? defaultSince, '--since', now);
  const until = options.until === undefined ? now.toISOString() : readTime(options.until, '--until', now);
  if (since > until) throw new CliError('usage', `--since (${since}) is later than --until (${until})`);
  const filter: EventFilter = {
    ...(entity !== undefined && { entity }),
    ...(id !== undefined && { entityId: id }),
    ...(type !== undefined && { type }),
    ...(duplicates === true && { duplicates }),
  };
  return {
    ...filter,
    sources: source === undefined ? sources.map(({ name }) => name) : [source],
    since,
    until,
  };
};
