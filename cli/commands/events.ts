import { addFilterOptions } from '../events/filter-options.ts';
import type { ListOptions } from '../events/list.ts';
import type { AddCommand } from '../program.ts';

export const events: AddCommand = (program, context) => {
  const command = program
    .command('events')
    .summary('list events, newest first')
    .description(
      'Lists the events in the event log, newest first, in pages. An event is listed once, however often it was delivered. An event of the last second may not be listed yet. The events of a source that is no longer configured are listed with --source.',
    );
  addFilterOptions(command, ' (default: 1d)')
    .option('--limit <n>', 'number of events', '50')
    .option('--after <place>', 'continue after this place, which the previous page printed')
    .option('--oldest', 'oldest first', false)
    .option('--follow', 'the latest events, then each new one, until Ctrl-C; with --json one per line', false)
    .action(async (options: ListOptions) => {
      const { listEvents } = await import('../events/list.ts');
      await listEvents(context, options);
    });
};
