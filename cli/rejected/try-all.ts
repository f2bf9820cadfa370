import { MAX_IDS } from '../../lambdas/rejected/call.ts';
import type { Retrial } from '../../lambdas/rejected/retry.ts';
import { isGenuine } from './retry-text.ts';

/** A rejected delivery that is to be tried. */
export interface Selected {
  readonly id: string;
  /** Absent if it is not known yet. */
  readonly source?: string | undefined;
}

/**
 * Has all tried, as many at once as a call takes. Where one fails, later ones of its source are not tried, so that none
 * overtakes it; those of other sources are.
 *
 * @param call has a few tried: no more than `MAX_IDS`.
 */
export const tryAll = async (
  selected: readonly Selected[],
  call: (ids: readonly string[]) => Promise<readonly Retrial[]>,
): Promise<readonly Retrial[]> => {
  const done: Retrial[] = [];
  const stopped = new Set<string | undefined>();
  let left = selected;
  while (left.length > 0) {
    const batch = left.slice(0, MAX_IDS);
    const retrials = await call(batch.map(({ id }) => id));
    for (const { outcome, source } of retrials) if (outcome === 'failed') stopped.add(source);
    // Otherwise there was no time for it.
    const isOver = ({ outcome, source }: Retrial) => outcome !== 'not-tried' || stopped.has(source);
    const untried = new Set(retrials.filter((one) => !isOver(one)).map(({ id }) => id));
    const isStopped = ({ source }: Selected) => source !== undefined && stopped.has(source);
    const next = [...batch.filter(({ id }) => untried.has(id)), ...left.slice(batch.length)];
    done.push(
      ...retrials.filter(isOver),
      ...next.filter(isStopped).map(({ id, source = '' }): Retrial => ({ id, source, outcome: 'not-tried' })),
    );
    left = next.filter((one) => !isStopped(one));
  }
  return done;
};

/** The genuine ones in the order of their receipt; of each source only those before the first that can't be checked now. */
export const toTakeBack = (checked: readonly Retrial[]): readonly Retrial[] => {
  const stopped = new Set<string | undefined>();
  return checked.toSorted(byReceipt).filter((one) => {
    if (isLeft(one)) stopped.add(one.source);
    return isGenuine(one) && !stopped.has(one.source);
  });
};

/** Whether it has to be tried again. */
export const isLeft = ({ outcome }: Retrial): boolean => outcome === 'failed' || outcome === 'not-tried';

const byReceipt = (one: Retrial, other: Retrial): number =>
  `${one.receivedAt} ${one.id}` < `${other.receivedAt} ${other.id}` ? -1 : 1;
