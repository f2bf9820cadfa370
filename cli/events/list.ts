import type { EventQuery } from '../../lambdas/event-log/event-query.ts';
import { followEvents } from '../../lambdas/event-log/follow.ts';
import type { ListedEvent } from '../../lambdas/event-log/listed-event.ts';
import { readPage } from '../../lambdas/event-log/page.ts';
import { readPosition } from '../../lambdas/event-log/position.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { eventLine, eventTable } from './event-lines.ts';
import { eventLogOf } from './event-tools.ts';
import { type Chosen, type FilterOptions, readFilter } from './filter-options.ts';
import { readCount } from './numbers.ts';

export interface ListOptions extends FilterOptions {
  readonly limit: string;
  readonly after?: string;
  readonly oldest: boolean;
  readonly follow: boolean;
}

const DEFAULT_SINCE = '1d';

/** Lists a page of events; with `--follow` the latest events, and then each new one. */
export const listEvents = async (context: Context, options: ListOptions): Promise<void> => {
  const deployment = await context.deployment();
  const chosen = readFilter(options, deployment, context.now(), DEFAULT_SINCE);
  const limit = readCount(options.limit, '--limit', 1, 10_000);
  const log = eventLogOf(deployment);
  if (options.follow) return await follow(context, log, chosen, limit);
  const order = options.oldest ? 'oldest' : 'newest';
  const query: EventQuery = { ...chosen, order, after: readAfter(options.after) };
  const page = await readPage(log, query, limit);
  context.show(page, () => (page.events.length === 0 ? nothing(chosen) : eventTable(page.events)));
  if (page.next !== undefined) context.note(`There are more events: add --after ${page.next}`);
};

const readAfter = (after: string | undefined) => {
  if (after === undefined) return undefined;
  const position = readPosition(after);
  if (position === undefined)
    throw new CliError(
      'usage',
      `--after is "${after}"; it must be the position that the previous page printed`,
    );
  return position;
};

const nothing = ({ sources, since, until }: Chosen): string =>
  `No event of ${sources.join(', ') || 'no source'} matches, from ${since} to ${until}.`;

/** Shows the latest events, and then each new one, until it is interrupted. */
export const follow = async (
  context: Context,
  log: ReturnType<typeof eventLogOf>,
  chosen: Chosen,
  limit: number,
  show: (event: ListedEvent) => Promise<void> = async (event) => {
    context.out.write(`${context.json ? JSON.stringify(event) : eventLine(event)}\n`);
  },
): Promise<void> => {
  const events = limit === 0 ? [] : (await readPage(log, { ...chosen, order: 'newest' }, limit)).events;
  for (const event of events.toReversed()) await show(event);
  const shown = new Set(events.map(({ key }) => key));
  // Events before the oldest one shown are not shown later either.
  const since = events.length < limit ? chosen.since : (events.at(-1)?.at ?? chosen.until);
  const coming = followEvents(
    log,
    { ...chosen, since },
    { now: () => context.now().getTime(), sleep: context.sleep },
  );
  for await (const event of coming) if (!shown.delete(event.key)) await show(event);
};
