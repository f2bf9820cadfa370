import type { AddCommand } from '../program.ts';

export const redrive: AddCommand = (program, context) => {
  program
    .command('redrive')
    .summary('move messages from dead-letter queues back')
    .description(
      'Shows the messages in the dead-letter queues and, after confirmation, moves each back to the queue that it came from, in order within an entity, with all their attributes. Fix the cause of the failure first. A redriven message arrives after newer ones, and may be a duplicate: its consumer may have processed it before it failed, and SQS deduplicates for five minutes only. The same applies to the events of a delivery that is moved back to the intake queue.',
    )
    .argument('[queue]', 'a consumer, such as crm; entities; or intake (default: all)')
    .option('--yes', 'do not ask for confirmation', false)
    .action(async (queue: string | undefined, options: { readonly yes: boolean }) => {
      const { redriveQueues } = await import('../redrive/redrive.ts');
      await redriveQueues(context, queue, options);
    });
};
