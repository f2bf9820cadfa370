import { Option } from 'commander';
import type { AddCommand } from '../program.ts';
import type { SecretOptions } from '../secrets/change-secret.ts';

export const secret: AddCommand = (program, context) => {
  program
    .command('secret')
    .summary('set or rotate the secret of a source')
    .description(
      'Stores the secret that verifies the deliveries of a source: asks for it, or reads it from a pipe. The previous secret stays valid for a grace period (rotationGrace, 7 days). For Altoviz and Avaza the secret is part of the subscription: after every function accepts the new secret, new subscriptions are created with it, and then the old ones are removed, so that no delivery is lost. If the previous secret has leaked, --revoke-previous ends its grace period: give the new secret to the provider first.',
    )
    .argument('<source>', "the source's name")
    .option('--generate', 'generate the secret, for a provider that lets you choose it', false)
    .option('--show', 'print the secret; without --generate only print the stored one', false)
    .addOption(
      new Option(
        '--revoke-previous',
        'revoke the previous secret now, after confirmation: deliveries signed with it get 401; with --generate after the provider has the new one',
      )
        .default(false)
        .conflicts('show'),
    )
    .option('--yes', 'do not ask for confirmation', false)
    .action(async (name: string, options: SecretOptions) => {
      if (options.revokePrevious && !options.generate) {
        const { revokePreviousSecret } = await import('../secrets/revoke-previous.ts');
        await revokePreviousSecret(context, name, options);
        return;
      }
      const { changeSecret } = await import('../secrets/change-secret.ts');
      await changeSecret(context, name, options);
    });
};
