import type { Retrial } from '../../lambdas/rejected/retry.ts';
import { table } from '../output/table.ts';

/** Whether something is to be done about it. */
export const isGenuine = ({ outcome }: Retrial): boolean => outcome === 'stored' || outcome === 'confirmed';

/** What came of rejected deliveries, or would come of them, with counts. */
export const countsText = (retrials: readonly Retrial[], op: 'check' | 'retry'): string => {
  const groups = Map.groupBy(
    retrials,
    ({ source = '', outcome, reason }) => `${source}\n${outcome}\n${reason ?? ''}`,
  );
  const rows = [...groups.values()].map((group) => {
    const [first] = group as [Retrial, ...Retrial[]];
    return [
      first.source ?? '',
      TEXTS[op][first.outcome],
      first.reason ?? '',
      String(group.length),
      String(group.reduce((sum, { events = [] }) => sum + events.length, 0) || ''),
      first.id,
    ];
  });
  return table(['SOURCE', 'OUTCOME', 'REASON', 'DELIVERIES', 'EVENTS', 'SUCH AS'], rows);
};

type Texts = Readonly<Record<Retrial['outcome'], string>>;

const COMMON = {
  'nothing-to-store': 'genuine, but nothing to store',
  refused: 'still refused',
  'done-before': 'taken back before',
  unknown: 'not kept any longer',
  'no-source': 'its source is no longer configured',
  failed: 'can’t be checked now',
  'not-tried': 'not tried',
} as const;

const TEXTS: Readonly<Record<'check' | 'retry', Texts>> = {
  check: { ...COMMON, stored: 'genuine: to be stored', confirmed: 'genuine: to be confirmed' },
  retry: { ...COMMON, stored: 'stored', confirmed: 'confirmed' },
};
