import type { AddCommand } from '../program.ts';

/** `gatepost event` */
export const event: AddCommand = (program, context) => {
  program
    .command('event')
    .summary('show one event with its payload, its path and its duplicates')
    .description(
      "Shows an event with its payload, and what is known of it, never guessed: that it is stored, routed to which queue, failed in which dead-letter queue, replayed. Its path through the stages is what the functions' own log lines say; it is not known any more once the logs are gone (logRetention). To look into a dead-letter queue its first messages are received and put back at once.",
    )
    .argument('<key>', "the event's key, as gatepost events shows it, or the id of the event in its queue")
    .option('--no-payload', 'without the payload')
    .action(async (key: string, options: { readonly payload: boolean }) => {
      const { showEvent } = await import('../events/show.ts');
      await showEvent(context, key, options);
    });
};
