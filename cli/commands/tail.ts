import type { TailOptions } from '../events/tail.ts';
import type { AddCommand } from '../program.ts';

/** `gatepost tail` */
export const tail: AddCommand = (program, context) => {
  program
    .command('tail')
    .summary("show a queue's events as they come, without consuming them")
    .description(
      "Shows the events that go to an entity's queue, as they come, until Ctrl-C. It follows the event log and leaves the queue alone: whoever receives a message of a queue raises its receive count, holds up the others of its entity meanwhile and after some times pushes it into the dead-letter queue, though no consumer ever had it. So what is shown is what was sent to the queue, whether a consumer has taken it by now or not; what was moved back with gatepost redrive is not shown again.",
    )
    .argument('<entity>', 'the entity, such as company, or unrecognized')
    .option('--lines <n>', 'begin with so many of the last', '10')
    .option('--since <time>', 'none before that: 30m, 2h, 7d or 2026-11-22T05:30Z', '1d')
    .option('--payload', 'with their payloads (with --json always)', false)
    .action(async (entity: string, options: TailOptions) => {
      const { tailQueue } = await import('../events/tail.ts');
      await tailQueue(context, entity, options);
    });
};
