import type { AddCommand } from '../program.ts';

export const subscriptions: AddCommand = (program, context) => {
  program
    .command('subscriptions')
    .summary('list the subscriptions at a provider')
    .description(
      "Lists the subscriptions of the provider's account that lead to the source, with --all also those to other URLs. iVvy documents no list.",
    )
    .argument('<source>', "the source's name")
    .option('--all', 'include subscriptions to other URLs', false)
    .option('--test', "request a test delivery for each of the source's subscriptions (Ivy, Augustus)", false)
    .action(async (name: string, options: { readonly all: boolean; readonly test: boolean }) => {
      const { showSubscriptions } = await import('../subscriptions/show.ts');
      await showSubscriptions(context, name, options);
    });
};
