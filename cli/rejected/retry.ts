import { searchRejected } from '../../lambdas/event-log/search-rejected.ts';
import type { CallAnswer } from '../../lambdas/rejected/answer-call.ts';
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
import { countsText, whyText } from './retry-text.ts';
import { noSuch } from './show.ts';
import { isLeft, type Selected, toTakeBack, tryAll } from './try-all.ts';

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
  const checked = await callAll(context, deployment, { op: 'check', by }, selected);
  const unknown = checked.find(({ outcome }) => outcome === 'unknown');
  if (unknown !== undefined && ids.length > 0) throw noSuch(deployment.name, unknown.id);
  const genuine = toTakeBack(checked);
  if (!context.json && checked.length > 0) context.out.write(`${countsText(checked)}\n\n`);
  if (genuine.length === 0) {
    if (context.json) context.show({ checked }, () => '');
    throwIfLeft(checked);
    // Of none too: all that match were taken back before.
    if (checked.every(({ outcome }) => NOTHING_TO_DO.has(outcome))) {
      context.note('There is nothing to take back. Nothing was stored.');
      return;
    }
    throw new CliError(
      'notFound',
      'There is nothing to take back. Nothing was stored.',
      'gatepost rejected explain <id> says why one is refused.',
    );
  }
  if (!options.yes && context.json) context.show({ checked }, () => '');
  await confirm(context, options.yes, `Take back (${genuine.length})?`);
  const retried = await callAll(context, deployment, { op: 'retry', by }, genuine);
  context.show({ checked, retried }, () => countsText(retried));
  throwIfLeft([...retried, ...checked]);
};

const NOTHING_TO_DO: ReadonlySet<Retrial['outcome']> = new Set([
  'done-before',
  'nothing-to-store',
  'ignored',
]);

/** @throws {CliError} where one has to be tried again. */
const throwIfLeft = (retrials: readonly Retrial[]): void => {
  const left = retrials.find(({ outcome }) => outcome === 'failed') ?? retrials.find(isLeft);
  if (left === undefined) return;
  throw new CliError(
    'failed',
    `Not all were taken back: ${whyText(left) || left.outcome}.`,
    'Run the command again: what is stored already arrives once.',
  );
};

/** The deliveries, in the order of their receipt where that is known. */
const select = async (
  context: Context,
  deployment: Deployment,
  ids: readonly string[],
  options: RetryRejectedOptions,
): Promise<readonly Selected[]> => {
  const { source, reason, since, until } = options;
  const isFiltered = [source, reason, since, until].some((filter) => filter !== undefined);
  if (ids.length > 0) {
    if (isFiltered) throw new CliError('usage', 'Use ids or filters, not both');
    for (const id of ids) checkId(id);
    return ids.map((id) => ({ id }));
  }
  if (since === undefined) {
    throw new CliError(
      'usage',
      'No deliveries are selected.',
      'Use ids, or filters with --since, such as --source altoviz --since 2h',
    );
  }
  const query = readRejectedFilters(options, deployment, context.now(), since);
  const found: Selected[] = [];
  let isAny = false;
  for await (const { id, source: of, retried } of searchRejected(eventLogOf(deployment), {
    ...query,
    order: 'oldest',
  })) {
    isAny = true;
    if (retried === undefined || retried === 'refused') found.push({ id, source: of });
  }
  if (isAny) return found;
  throw new CliError(
    'notFound',
    `No rejected delivery of ${deployment.name} matches. Nothing was stored.`,
    'gatepost rejected with the same filters lists them.',
  );
};

/** Calls the function until it has tried all that it can try. */
const callAll = async (
  context: Context,
  deployment: Deployment,
  { op, by }: { readonly op: 'check' | 'retry'; readonly by: string },
  selected: readonly Selected[],
): Promise<readonly Retrial[]> => {
  const bar = startBar(context.err, selected.length, op === 'check' ? 'checked' : 'tried');
  try {
    return await tryAll(selected, async (ids) => {
      context.interrupted.throwIfAborted();
      const answer = await invokeRejected<Extract<CallAnswer, { retrials: unknown }>>(deployment, {
        op,
        ids: [...ids],
        by,
      });
      bar.increment(answer.retrials.length);
      return answer.retrials;
    });
  } finally {
    bar.stop();
  }
};
