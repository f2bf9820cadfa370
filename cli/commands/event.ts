import type { AddCommand } from '../program.ts';

export const event: AddCommand = (program, context) => {
  program
    .command('event')
    .summary('show one event with its payload, its path and its duplicates')
    .description(
      "Shows an event with its payload and its state: stored, routed (with the queue), failed (with the dead-letter queue), replayed. Its path through the stages is read from the functions' logs until they expire (logRetention). To search a dead-letter queue, its first messages are received and released at once.",
    )
    .argument('<key>', "the event's key, as gatepost events shows it, or its id in the queue")
    .option('--no-payload', 'without the payload')
    .action(async (key: string, options: { readonly payload: boolean }) => {
      const { showEvent } = await import('../events/show.ts');
      await showEvent(context, key, options);
    });
};
