import type { Retrial } from '../../lambdas/rejected/retry.ts';
import { table } from '../output/table.ts';

/** Whether a trial says that something is to be done about it. */
export const isGenuine = ({ outcome }: Retrial): boolean =>
  outcome === 'would-store' || outcome === 'would-confirm';

/** What came of rejected deliveries, or would come of them, with counts. */
export const countsText = (retrials: readonly Retrial[]): string => {
  const groups = Map.groupBy(retrials, (one) => `${one.source ?? ''}\n${one.outcome}\n${whyText(one)}`);
  const rows = [...groups.values()].map((group) => {
    const [first] = group as [Retrial, ...Retrial[]];
    return [
      first.source ?? '',
      TEXTS[first.outcome],
      whyText(first),
      String(group.length),
      String(group.reduce((sum, { events = [] }) => sum + events.length, 0) || ''),
      first.id,
    ];
  });
  return table(['SOURCE', 'OUTCOME', 'REASON', 'DELIVERIES', 'EVENTS', 'SUCH AS'], rows);
};

/** Why it is refused, or why it failed. What is refused is counted by its reason alone: details differ with each one. */
export const whyText = ({ outcome, reason, detail }: Retrial): string => {
  if (outcome === 'refused' || detail === undefined || detail === reason) return reason ?? '';
  return reason === undefined ? detail : `${reason}: ${detail}`;
};

const TEXTS: Readonly<Record<Retrial['outcome'], string>> = {
  'would-store': 'genuine: to be stored',
  'would-confirm': 'genuine: to be confirmed',
  stored: 'stored',
  confirmed: 'confirmed',
  'nothing-to-store': 'genuine, but nothing to store',
  ignored: 'genuine, but its source lets none of its events in',
  refused: 'still refused',
  'done-before': 'taken back before',
  unknown: 'not kept any longer',
  'no-source': 'its source is no longer configured',
  failed: 'can’t be checked or stored now',
  'not-tried': 'not tried',
};
