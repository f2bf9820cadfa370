import { logLine, print } from '../runtime/observe.ts';
import type { RejectedCall } from './call.ts';
import type { Retrial } from './retry.ts';

/** Logs who did what. The caller names itself; CloudTrail has the proof. */
export const report = (
  { op, by }: Pick<RejectedCall, 'op' | 'by'>,
  results: readonly (Pick<Retrial, 'id' | 'source' | 'reason' | 'deliveryId'> & {
    readonly outcome: string;
  })[],
): void =>
  print(
    results.map(({ id, outcome, source, reason, deliveryId }) =>
      logLine('INFO', MESSAGES[op], {
        op,
        rejectedId: id,
        outcome,
        source,
        reason,
        deliveryId,
        claimedBy: by,
      }),
    ),
  );

const MESSAGES = { check: 'checked', retry: 'retried', explain: 'explained' } as const;
