import type { AddCommand } from '../program.ts';

export const subscriptions: AddCommand = (program, context) => {
  program
    .command('subscriptions')
    .summary('what a provider has subscribed')
    .description(
      "Lists the subscriptions of the provider's account: those that lead to the source, and with --all those that lead elsewhere. iVvy documents no list.",
    )
    .argument('<source>', "the source's name")
    .option('--all', 'those that lead elsewhere, too', false)
    .option(
      '--test',
      'have the provider send a test delivery for each that leads to the source (Ivy, Augustus)',
      false,
    )
    .action(async (name: string, options: { readonly all: boolean; readonly test: boolean }) => {
      const { showSubscriptions } = await import('../subscriptions/show.ts');
      await showSubscriptions(context, name, options);
    });
};
