import { MAX_IDS } from '../../lambdas/rejected/call.ts';
import type { Retrial } from '../../lambdas/rejected/retry.ts';
import { scatter } from './random.ts';
import type { Stack } from './stack.ts';
import type { World } from './world.ts';

/** Who has what was refused checked again, as `gatepost rejected retry` does. */
export interface Operator {
  takeBack(op: 'check' | 'retry'): void;
}

export const createOperator = ({ clock, faults, schedule }: World, stack: Stack): Operator => {
  let times = 0;

  const call = (op: 'check' | 'retry', ids: readonly string[]): void => {
    const batch = ids.slice(0, MAX_IDS);
    if (batch.length === 0) return;
    const { fate } = faults.next('take-back', clock.now());
    if (fate?.fate === 'lose' || fate?.fate === 'fail') return;
    const goOn = (retrials: readonly Retrial[] | undefined): void => {
      // Who got no answer, or a failure, tries again at another time.
      if (retrials === undefined || retrials.some(({ outcome }) => outcome === 'failed')) return;
      const untried = retrials.filter(({ outcome }) => outcome === 'not-tried').map(({ id }) => id);
      call(op, [...untried, ...ids.slice(batch.length)]);
    };
    clock.after(fate?.fate === 'late' ? fate.by : 5, () => {
      stack.takeBack(op, batch, fate?.fate === 'lose-answer' ? () => undefined : goOn);
      if (fate?.fate === 'twice') stack.takeBack(op, batch, () => undefined);
    });
  };

  return {
    takeBack: (op) => {
      times++;
      // An index is behind at times, and then names what was taken back before.
      const withDone = scatter(schedule.seed, times, 17) < 0.3;
      const ids = stack
        .listRejected()
        .filter(({ isDone }) => withDone || !isDone)
        .map(({ id }) => id);
      // Ids that are given by hand are in any order.
      const isByHand = scatter(schedule.seed, times, 19) < 0.5;
      call(op, isByHand ? ids.toReversed() : ids);
    },
  };
};
