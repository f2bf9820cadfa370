import { addFilterOptions } from '../events/filter-options.ts';
import type { AddCommand } from '../program.ts';
import type { ReplayOptions } from '../replay/replay.ts';

/** `gatepost replay` */
export const replay: AddCommand = (program, context) => {
  const command = program
    .command('replay')
    .summary('send stored events again')
    .description(
      "Sends deliveries that the event log holds through fan-out again, by today's code and today's settings of their source: by key, or by the same filters as gatepost events, which then need --since. First it says how many events would arrive in which queue and how long that takes, and asks; nothing is sent without a yes. An event that is sent again has a new id and says so (replayof); those of an entity keep their order, oldest first. It can be interrupted at any time and taken up again with --resume, by anyone: in one replay no event is routed twice.",
    )
    .argument('[keys...]', "events' keys");
  addFilterOptions(command, '')
    .option('--rate <n>', 'so many events a second', '50')
    .option('--resume <id>', 'take a replay up again')
    .option('--yes', 'do it without asking', false)
    .action(async (keys: readonly string[], options: ReplayOptions) => {
      const { replayEvents } = await import('../replay/replay.ts');
      await replayEvents(context, keys, options);
    });
};
