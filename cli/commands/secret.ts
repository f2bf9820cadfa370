import type { AddCommand } from '../program.ts';

export const secret: AddCommand = (program, context) => {
  program
    .command('secret')
    .summary('set or rotate the secret of a source')
    .description(
      'Stores the secret that verifies the deliveries of a source: asks for it, or reads it from a pipe. The previous secret stays valid for a grace period (rotationGrace, 7 days). For Altoviz and Avaza the secret is part of the subscription: after every function accepts the new secret, new subscriptions are created with it, and then the old ones are removed, so that no delivery is lost.',
    )
    .argument('<source>', "the source's name")
    .option('--generate', 'generate the secret, for a provider that lets you choose it', false)
    .option('--show', 'print the secret; without --generate only print the stored one', false)
    .action(async (name: string, options: { readonly generate: boolean; readonly show: boolean }) => {
      const { changeSecret } = await import('../secrets/change-secret.ts');
      await changeSecret(context, name, options);
    });
};
