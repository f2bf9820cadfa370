import type { Command } from 'commander';
import type { AddCommand } from '../program.ts';
import type { ListRejectedOptions } from '../rejected/list.ts';
import type { RetryRejectedOptions } from '../rejected/retry.ts';

export const rejected: AddCommand = (program, context) => {
  const command = program
    .command('rejected')
    .summary('list rejected deliveries, say why, and take genuine ones back')
    .description(
      'Lists the deliveries that were refused and are kept, newest first: for 7 days, unless the setting rejected.keep of their source says otherwise. Its commands show one, say why it is refused, and take them back: by the settings and secrets of today, with the time of their receipt for a clock. A delivery of the last seconds may not be listed yet.',
    );
  addFilters(command, ' (default: 1d)')
    .option('--limit <n>', 'number of deliveries', '50')
    .option('--oldest', 'oldest first', false)
    .action(async (options: ListRejectedOptions) => {
      const { listRejected } = await import('../rejected/list.ts');
      await listRejected(context, options);
    });

  command
    .command('show')
    .summary('show one rejected delivery')
    .description(
      'Shows a rejected delivery as it came. A header or a parameter that may hold a secret is kept, and shown, as a hash only.',
    )
    .argument('<id>', "the delivery's id, as the list and the log line show it")
    .option('--no-payload', 'without the body')
    .action(async (id: string, options: { readonly payload: boolean }) => {
      const { showRejected } = await import('../rejected/show.ts');
      await showRejected(context, id, options);
    });

  command
    .command('explain')
    .summary('say why a rejected delivery is refused')
    .description(
      'Says why a delivery would be refused today, as gatepost verify does: where the signature was looked for, which bytes were signed, how far off the time is, and what would make it fit. The function of the stack does it, with the secrets of today. Payload, secret and signature are never printed.',
    )
    .argument('<id>', "the delivery's id")
    .action(async (id: string) => {
      const { explainOne } = await import('../rejected/explain.ts');
      await explainOne(context, id);
    });

  const retry = command
    .command('retry')
    .summary('take rejected deliveries back: store those that are genuine today')
    .description(
      'Takes rejected deliveries back: checks them by the settings and secrets of today and with the time of their receipt for a clock, so that what was stale stays stale, and stores the genuine ones. Select them by id, or by the filters of gatepost rejected with --since. The command first shows how many are genuine, and asks for confirmation. Then the genuine ones are stored like any delivery, in the order of their receipt; an event that has arrived before does not arrive again. What is still refused stays.',
    )
    .argument('[ids...]', "deliveries' ids");
  addFilters(retry, '')
    .option('--yes', 'do not ask for confirmation', false)
    .action(async (ids: readonly string[], options: RetryRejectedOptions) => {
      const { retryRejected } = await import('../rejected/retry.ts');
      // Commander reads a filter as one of the list, wherever it stands.
      await retryRejected(context, ids, { ...filtersOf(command), ...options });
    });
};

const addFilters = (command: Command, since: string): Command =>
  command
    .option('--source <name>', 'only deliveries to this source (default: all configured sources)')
    .option('--reason <reason>', 'only deliveries refused for this reason: signature-mismatch')
    .option('--since <time>', `start of the time range: 30m, 2h, 7d or 2026-11-22T05:30Z${since}`)
    .option('--until <time>', 'end of the time range (default: now)');

/** The filters that were given to the list. */
const filtersOf = (command: Command): Partial<RetryRejectedOptions> => {
  const { source, reason, since, until } = command.opts<ListRejectedOptions>();
  return {
    ...(source !== undefined && { source }),
    ...(reason !== undefined && { reason }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
  };
};
