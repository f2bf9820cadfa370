import type { AddCommand } from '../program.ts';

/** `gatepost secret` */
export const secret: AddCommand = (program, context) => {
  program
    .command('secret')
    .summary('set or rotate the secret of a source')
    .description(
      'Stores the secret that a source checks deliveries with: asks for it, or reads it from a pipe. The one before is accepted for a while (rotationGrace, 7 days). Altoviz and Avaza are told the new one: their subscriptions are made anew with it once every function will take it, and only then are those with the old one removed, so that no delivery is lost.',
    )
    .argument('<source>', "the source's name")
    .option('--generate', 'make one up, for a provider that leaves that to us', false)
    .option('--show', 'print it; alone: print the one that is stored', false)
    .action(async (name: string, options: { readonly generate: boolean; readonly show: boolean }) => {
      const { changeSecret } = await import('../secrets/change-secret.ts');
      await changeSecret(context, name, options);
    });
};
