import type { AddCommand } from '../program.ts';

export const unsubscribe: AddCommand = (program, context) => {
  program
    .command('unsubscribe')
    .summary('end the subscription of a source at its provider')
    .description(
      "Ends the source's subscriptions at its provider, or those of the named events: shows the changes, and applies them after confirmation. Subscriptions to other URLs stay unchanged.",
    )
    .argument('<source>', "the source's name")
    .argument('[events...]', "the provider's names of events (default: all)")
    .option('--yes', 'do not ask for confirmation', false)
    .action(async (name: string, events: readonly string[], { yes }: { readonly yes: boolean }) => {
      const { changeSubscriptions } = await import('../subscriptions/change.ts');
      await changeSubscriptions(context, name, { kind: 'unsubscribe', events, yes });
    });
};
