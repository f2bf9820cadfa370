import { type ListedRejection, searchRejected } from '../../lambdas/event-log/search-rejected.ts';
import { RETRY_OUTCOMES } from '../../lambdas/rejected/retry-outcomes.ts';
import type { Context } from '../context.ts';
import { eventLogOf } from '../events/event-tools.ts';
import { readCount } from '../events/numbers.ts';
import { writeTime } from '../events/time.ts';
import { table } from '../output/table.ts';
import { type RejectedFilters, readRejectedFilters } from './filters.ts';

export interface ListRejectedOptions extends RejectedFilters {
  readonly limit: string;
  readonly oldest: boolean;
}

/** Lists rejected deliveries. */
export const listRejected = async (context: Context, options: ListRejectedOptions): Promise<void> => {
  const deployment = await context.deployment();
  const query = readRejectedFilters(options, deployment, context.now(), '1d');
  const limit = readCount(options.limit, '--limit', 1, 10_000);
  const rejected: ListedRejection[] = [];
  let isMore = false;
  const order = options.oldest ? 'oldest' : 'newest';
  for await (const one of searchRejected(eventLogOf(deployment), { ...query, order })) {
    isMore = rejected.length === limit;
    if (isMore) break;
    rejected.push(one);
  }
  context.show({ rejected, isMore }, () =>
    rejected.length === 0
      ? `No rejected delivery of ${query.sources.join(', ') || 'no source'} is kept, from ${query.since} to ${query.until}.`
      : table(HEAD, rejected.map(cells)),
  );
  if (isMore) context.note('There are more: use --since and --until, or a larger --limit.');
};

const HEAD = ['TIME (UTC)', 'SOURCE', 'REASON', 'SIGNATURE', 'REMARKS', 'ID'] as const;

const cells = ({ id, receivedAt, source, reason, isSigned, retried }: ListedRejection): readonly string[] => [
  writeTime(receivedAt),
  source,
  reason,
  isSigned ? 'holds' : '',
  retried === undefined ? '' : RETRY_OUTCOMES[retried],
  id,
];
