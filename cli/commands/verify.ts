import type { AddCommand } from '../program.ts';
import type { VerifyOptions } from '../verify/verify.ts';

export const verify: AddCommand = (program, context) => {
  program
    .command('verify')
    .summary('say why a captured request is accepted or refused; needs no deployment')
    .description(
      "Checks a captured request as the source's function would, and says why it is refused: where the signature was looked for, which bytes were signed, how far off the time is, and what would make it fit. It needs no deployment and no credentials: the settings are those of the app in this folder, from cdk.out if that is newer than the app, or else synthesized. The secret is asked for, or read from a pipe. With --deployed (or --local), settings and secret are those of the deployment, and its other sources are tried too. Payload, secret and signature are never printed. With --guess it needs no source: it tries the known schemes on the request and its secret, and prints the declaration that fits.",
    )
    .argument('[source]', "the source's name; none with --guess")
    .option(
      '--request <file>',
      'the captured request, or - for the input: raw HTTP, a HAR file, or a curl command (for bash)',
    )
    .option('--entry <n>', 'the entry of a HAR file, from 1 on (default: the first POST)')
    .option(
      '--secret-from <where>',
      'a file with the secret; "deployment"; or - for the input (default: the input, or the deployment with --deployed)',
    )
    .option(
      '--received-at <time>',
      'the time of receipt, in ISO 8601 (default: the time in the capture, or else now)',
    )
    .option('--app <folder>', 'the folder with cdk.json, or a synthesized app such as cdk.out', '.')
    .option('--deployed', 'the settings and the secret of the deployment', false)
    .option('--fetch', 'fetch what the sender publishes: the certificate of SNS, the keys of a token', false)
    .option('--guess', 'guess how the request is signed, and print the declaration', false)
    .action(async (source: string | undefined, options: VerifyOptions) => {
      const { verifyCapture } = await import('../verify/verify.ts');
      const { local } = program.opts<{ readonly local: boolean }>();
      await verifyCapture(context, source, { ...options, deployed: options.deployed || local });
    });
};
