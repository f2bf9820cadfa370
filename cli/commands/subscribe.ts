import type { AddCommand } from '../program.ts';

/** `gatepost subscribe` */
export const subscribe: AddCommand = (program, context) => {
  program
    .command('subscribe')
    .summary('subscribe a source at its provider')
    .description(
      "Has the provider deliver to a source: shows the difference between what is and what is wanted, and brings it about once it is agreed to. What is right already stays, what leads elsewhere is left alone, and running it twice changes nothing. Without events it is all of the provider's; with events, these in addition to what is. For iVvy they are endpoint keys, such as companiesEndpoint or companies.",
    )
    .argument('<source>', "the source's name")
    .argument('[events...]', "the provider's names of events (default: all that Gatepost knows)")
    .option('--yes', 'do it without asking', false)
    .action(async (name: string, events: readonly string[], { yes }: { readonly yes: boolean }) => {
      const { changeSubscriptions } = await import('../subscriptions/change.ts');
      await changeSubscriptions(context, name, { kind: 'subscribe', events, yes });
    });
};
