import { counted } from '../output/counted.ts';
import type { AddCommand } from '../program.ts';
import type { SourceReport } from '../sources/report.ts';

export const sources: AddCommand = (program, context) => {
  program
    .command('sources')
    .summary('show each source with its secret, its subscription and its recent deliveries')
    .description(
      "Lists each source with its URL, whether its secret is set, its subscription at the provider (which needs the provider's API key), its last delivery, its events of the last day, and, where a source does not let in all events, which it does.",
    )
    .action(async () => {
      const deployment = await context.deployment();
      const { reportSources } = await import('../sources/report.ts');
      const { table } = await import('../output/table.ts');
      const reports = await reportSources(context, deployment);
      const isChoosing = reports.some(({ events }) => events !== undefined);
      context.show(reports, () =>
        table(
          [
            ...['SOURCE', 'PROVIDER', 'SECRET', 'SUBSCRIPTION', 'LAST DELIVERY', 'LAST DAY'],
            ...(isChoosing ? ['EVENTS'] : []),
            'URL',
          ],
          reports.map((report) => row(report, isChoosing)),
        ),
      );
    });
};

const row = (report: SourceReport, isChoosing: boolean): readonly string[] => {
  const { source, provider, secret, subscription, history, events, url } = report;
  return [
    source,
    provider,
    secret ?? NOTHING,
    subscription.text,
    history?.lastDelivery?.toISOString() ?? NOTHING,
    history === undefined ? NOTHING : counts(history),
    ...(isChoosing ? [events?.join(' ') ?? 'all'] : []),
    url,
  ];
};

/** Absent or unknown. */
const NOTHING = '–';

const counts = ({ events, duplicates }: NonNullable<SourceReport['history']>): string =>
  [counted(events, 'event'), ...(duplicates === 0 ? [] : [counted(duplicates, 'duplicate')])].join(', ');
