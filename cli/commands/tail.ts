import type { TailOptions } from '../events/tail.ts';
import type { AddCommand } from '../program.ts';

export const tail: AddCommand = (program, context) => {
  program
    .command('tail')
    .summary("show a queue's events as they arrive, without consuming them")
    .description(
      "Shows the events that are sent to an entity's queue, as they arrive, until Ctrl-C. It follows the event log and does not read the queue: receiving a message would raise its receive count, block the other messages of its group and could move it to the dead-letter queue. Every event sent to the queue is shown, consumed or not; messages moved back with gatepost redrive are not shown again.",
    )
    .argument('<entity>', 'the entity, such as company, or unrecognized')
    .option('--lines <n>', 'start with the latest n events', '10')
    .option('--since <time>', 'show no older events: 30m, 2h, 7d or 2026-11-22T05:30Z', '1d')
    .option('--payload', 'show the payloads too (always with --json)', false)
    .action(async (entity: string, options: TailOptions) => {
      const { tailQueue } = await import('../events/tail.ts');
      await tailQueue(context, entity, options);
    });
};
