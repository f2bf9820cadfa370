import { counted } from '../output/counted.ts';
import type { AddCommand } from '../program.ts';
import type { SourceReport } from '../sources/report.ts';

export const sources: AddCommand = (program, context) => {
  program
    .command('sources')
    .summary('show each source with its secret, its subscription and its recent deliveries')
    .description(
      "Lists each source with its URL, whether its secret is set, its subscription at the provider (which needs the provider's API key), its last delivery, and its events of the last day.",
    )
    .action(async () => {
      const deployment = await context.deployment();
      const { reportSources } = await import('../sources/report.ts');
      const { table } = await import('../output/table.ts');
      const reports = await reportSources(context, deployment);
      context.show(reports, () =>
        table(
          ['SOURCE', 'PROVIDER', 'SECRET', 'SUBSCRIPTION', 'LAST DELIVERY', 'LAST DAY', 'URL'],
          reports.map(row),
        ),
      );
    });
};

const row = (report: SourceReport): readonly string[] => {
  const { source, provider, secret, subscription, history, url } = report;
  return [
    source,
    provider,
    secret ?? NOTHING,
    subscription.text,
    history?.lastDelivery?.toISOString() ?? NOTHING,
    history === undefined ? NOTHING : counts(history),
    url,
  ];
};

/** Absent or unknown. */
const NOTHING = '–';

const counts = ({ events, duplicates }: NonNullable<SourceReport['history']>): string =>
  [counted(events, 'event'), ...(duplicates === 0 ? [] : [counted(duplicates, 'duplicate')])].join(', ');
