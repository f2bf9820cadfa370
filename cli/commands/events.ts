import { addFilterOptions } from '../events/filter-options.ts';
import type { ListOptions } from '../events/list.ts';
import type { AddCommand } from '../program.ts';

/** `gatepost events` */
export const events: AddCommand = (program, context) => {
  const command = program
    .command('events')
    .summary('list events, newest first')
    .description(
      'Lists the events in the event log, newest first, in pages. An event is there once, however often it was delivered. What came a second ago may not be listed yet. A source that is not configured any more still has its events: name it with --source.',
    );
  addFilterOptions(command, ' (default: 1d)')
    .option('--limit <n>', 'so many', '50')
    .option('--after <place>', 'what stands behind that place: the page before says where it ended')
    .option('--oldest', 'oldest first', false)
    .option(
      '--follow',
      'the last ones, and then each that comes, until Ctrl-C; with --json one a line',
      false,
    )
    .action(async (options: ListOptions) => {
      const { listEvents } = await import('../events/list.ts');
      await listEvents(context, options);
    });
};
