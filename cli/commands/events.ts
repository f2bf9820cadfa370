import { addFilterOptions } from '../events/filter-options.ts';
import type { ListOptions } from '../events/list.ts';
import type { AddCommand } from '../program.ts';

export const events: AddCommand = (program, context) => {
  const command = program
    .command('events')
    .summary('list events, newest first')
    .description(
      'Lists the events in the event log, newest first, in pages. An event that was delivered several times is listed once. An event of the last second may not be listed yet. Use --source to list the events of a source that is no longer configured.',
    );
  addFilterOptions(command, ' (default: 1d)')
    .option('--limit <n>', 'number of events', '50')
    .option('--after <position>', 'continue after this position, which the previous page printed')
    .option('--oldest', 'oldest first', false)
    .option(
      '--follow',
      'show the latest events, then each new one, until Ctrl-C; with --json one per line',
      false,
    )
    .action(async (options: ListOptions) => {
      const { listEvents } = await import('../events/list.ts');
      await listEvents(context, options);
    });
};
