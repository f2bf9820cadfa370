import { addFilterOptions } from '../events/filter-options.ts';
import type { AddCommand } from '../program.ts';
import type { ReplayOptions } from '../replay/replay.ts';

export const replay: AddCommand = (program, context) => {
  const command = program
    .command('replay')
    .summary('send stored events again')
    .description(
      'Sends stored deliveries through fan-out again, with the current code and the current settings of their source. Select events by key, or by the filters of gatepost events with --since. The command first shows how many events each queue would get and how long the replay takes, and asks for confirmation. A replayed event has a new id and names the original (replayof). The events of an entity keep their order, oldest first. A replay can be interrupted at any time and continued with --resume, by any user: one replay routes no event twice.',
    )
    .argument('[keys...]', "events' keys");
  addFilterOptions(command, '')
    .option('--rate <n>', 'events per second', '50')
    .option('--consumer <name>', 'to the queues of this consumer alone; only events that it chooses')
    .option('--resume <id>', 'continue an interrupted replay')
    .option('--yes', 'do not ask for confirmation', false)
    .action(async (keys: readonly string[], options: ReplayOptions) => {
      const { replayEvents } = await import('../replay/replay.ts');
      await replayEvents(context, keys, options);
    });
};
