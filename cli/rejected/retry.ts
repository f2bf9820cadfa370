import { searchRejected } from '../../lambdas/event-log/rejected.ts';
import { MAX_IDS } from '../../lambdas/rejected/call.ts';
import type { RejectedAnswer } from '../../lambdas/rejected/handler.ts';
import type { Retrial } from '../../lambdas/rejected/retry.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { eventLogOf } from '../events/event-tools.ts';
import { confirm } from '../output/ask.ts';
import { startBar } from '../output/progress-bar.ts';
import { callerOf } from './caller.ts';
import { type RejectedFilters, readRejectedFilters } from './filters.ts';
import { checkId } from './ids.ts';
import { invokeRejected } from './invoke.ts';
import { countsText, isGenuine, whyText } from './retry-text.ts';
import { noSuch } from './show.ts';

export interface RetryRejectedOptions extends RejectedFilters {
  readonly yes: boolean;
}

/**
 * Checks rejected deliveries again, asks for confirmation, and has the genuine ones stored.
 *
 * @throws {CliError} where there is nothing to store, it was not confirmed, or it failed.
 */
export const retryRejected = async (
  context: Context,
  ids: readonly string[],
  options: RetryRejectedOptions,
): Promise<void> => {
  const deployment = await context.deployment();
  const selected = await select(context, deployment, ids, options);
  const by = await callerOf(deployment);
  const checked = await callAll(context, deployment, 'check', selected, by);
  const unknown = checked.find(({ outcome }) => outcome === 'unknown');
  if (unknown !== undefined && ids.length > 0) throw noSuch(deployment.name, unknown.id);
  const genuine = checked
    .filter(isGenuine)
    .toSorted(byReceipt)
    .map(({ id }) => id);
  if (!context.json) context.out.write(`${countsText(checked)}\n\n`);
  if (genuine.length === 0) {
    if (context.json) context.show({ checked }, () => '');
    throw new CliError(
      'notFound',
      'There is nothing to take back. Nothing was stored.',
      'gatepost rejected explain <id> says why one is refused.',
    );
  }
  if (!options.yes && context.json) context.show({ checked }, () => '');
  await confirm(context, options.yes, `Take back (${genuine.length})?`);
  const retried = await callAll(context, deployment, 'retry', genuine, by);
  context.show({ checked, retried }, () => countsText(retried));
  const failed = retried.find(({ outcome }) => outcome === 'failed' || outcome === 'not-tried');
  if (failed === undefined) return;
  throw new CliError(
    'failed',
    `Not all were taken back: ${whyText(failed) || failed.outcome}.`,
    'Run the command again: what is stored already arrives once.',
  );
};

/** The ids, in the order of their receipt where that is known. */
const select = async (
  context: Context,
  deployment: Deployment,
  ids: readonly string[],
  options: RetryRejectedOptions,
): Promise<readonly string[]> => {
  const { source, reason, since, until } = options;
  const isFiltered = [source, reason, since, until].some((filter) => filter !== undefined);
  if (ids.length > 0) {
    if (isFiltered) throw new CliError('usage', 'Use ids or filters, not both');
    for (const id of ids) checkId(id);
    return ids;
  }
  if (since === undefined) {
    throw new CliError(
      'usage',
      'No deliveries are selected.',
      'Use ids, or filters with --since, such as --source altoviz --since 2h',
    );
  }
  const query = readRejectedFilters(options, deployment, context.now(), since);
  const found: string[] = [];
  for await (const { id, retried } of searchRejected(eventLogOf(deployment), { ...query, order: 'oldest' })) {
    if (retried === undefined || retried === 'refused') found.push(id);
  }
  if (found.length > 0) return found;
  throw new CliError(
    'notFound',
    `No rejected delivery of ${deployment.name} matches. Nothing was stored.`,
    'gatepost rejected with the same filters lists them.',
  );
};

/** Calls the function until it has tried all. It stops where one fails, so that none overtakes it. */
const callAll = async (
  context: Context,
  deployment: Deployment,
  op: 'check' | 'retry',
  ids: readonly string[],
  by: string,
): Promise<readonly Retrial[]> => {
  const done: Retrial[] = [];
  let left = ids;
  const bar = startBar(context.err, ids.length, op === 'check' ? 'checked' : 'tried');
  try {
    while (left.length > 0) {
      context.interrupted.throwIfAborted();
      const batch = left.slice(0, MAX_IDS);
      const { retrials } = await invokeRejected<Extract<RejectedAnswer, { retrials: unknown }>>(deployment, {
        op,
        ids: [...batch],
        by,
      });
      const isOver = retrials.some(({ outcome }) => outcome === 'failed');
      const tried = isOver ? retrials : retrials.filter(({ outcome }) => outcome !== 'not-tried');
      done.push(...tried);
      bar.increment(tried.length);
      const untried = new Set(retrials.filter((one) => !tried.includes(one)).map(({ id }) => id));
      left = [...batch.filter((id) => untried.has(id)), ...left.slice(batch.length)];
      if (isOver) return [...done, ...left.map((id): Retrial => ({ id, outcome: 'not-tried' }))];
    }
    return done;
  } finally {
    bar.stop();
  }
};

const byReceipt = (one: Retrial, other: Retrial): number =>
  `${one.receivedAt} ${one.id}` < `${other.receivedAt} ${other.id}` ? -1 : 1;
