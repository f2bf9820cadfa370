import type { AddCommand } from '../program.ts';

export const unsubscribe: AddCommand = (program, context) => {
  program
    .command('unsubscribe')
    .summary('end the subscription of a source at its provider')
    .description(
      'Has the provider deliver no more to a source, or these events no more. Shows what is to be done, and does it once it is agreed to. Only what leads to this source is touched.',
    )
    .argument('<source>', "the source's name")
    .argument('[events...]', "the provider's names of events (default: all)")
    .option('--yes', 'do it without asking', false)
    .action(async (name: string, events: readonly string[], { yes }: { readonly yes: boolean }) => {
      const { changeSubscriptions } = await import('../subscriptions/change.ts');
      await changeSubscriptions(context, name, { kind: 'unsubscribe', events, yes });
    });
};
