import type { AddCommand } from '../program.ts';

export const subscribe: AddCommand = (program, context) => {
  program
    .command('subscribe')
    .summary('subscribe a source at its provider')
    .description(
      "Subscribes a source at its provider: shows the difference between the current and the wanted subscriptions, and applies it after confirmation. It is idempotent, and leaves subscriptions to other URLs unchanged. Without events it subscribes to all of the provider's events that the source lets in; named events are added to the current ones, and what the source does not let in is removed. For iVvy an event is an endpoint key, such as companiesEndpoint or companies.",
    )
    .argument('<source>', "the source's name")
    .argument('[events...]', "the provider's names of events (default: all that the source lets in)")
    .option('--yes', 'do not ask for confirmation', false)
    .action(async (name: string, events: readonly string[], { yes }: { readonly yes: boolean }) => {
      const { changeSubscriptions } = await import('../subscriptions/change.ts');
      await changeSubscriptions(context, name, { kind: 'subscribe', events, yes });
    });
};
