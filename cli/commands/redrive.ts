import type { AddCommand } from '../program.ts';

/** `gatepost redrive` */
export const redrive: AddCommand = (program, context) => {
  program
    .command('redrive')
    .summary('move what lies in dead-letter queues back')
    .description(
      'Shows what lies in the dead-letter queues and, once it is agreed to, moves it back into the queues that it comes from, one entity in its order, with all its attributes. Mend what made it fail first. A message that is moved back comes behind those that went by meanwhile, and may be a second copy: its consumer may have done its work before it failed, and SQS recognizes a repeat for five minutes only. So may be what fan-out makes of a delivery that is moved back to the intake queue.',
    )
    .argument('[queue]', 'an entity, such as company, or intake (default: all)')
    .option('--yes', 'do it without asking', false)
    .action(async (queue: string | undefined, options: { readonly yes: boolean }) => {
      const { redriveQueues } = await import('../redrive/redrive.ts');
      await redriveQueues(context, queue, options);
    });
};
