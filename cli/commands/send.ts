import type { AddCommand } from '../program.ts';
import type { SendOptions } from '../send/send.ts';

export const send: AddCommand = (program, context) => {
  program
    .command('send')
    .summary('play the provider: sign a sample delivery and post it')
    .description(
      "Plays a source's provider: signs a sample of an event with the source's secret and posts it to the source's URL, on the local stack or on AWS. iVvy's deliveries are signed by SNS, so they can be sent to the local stack only. On AWS the delivery is processed like any other: its event reaches the entity's queue.",
    )
    .argument('<source>', "the source's name")
    .argument('[event]', "an event, or one of the provider's handshakes (default: a documented event)")
    .option('--count <n>', 'number of deliveries, each of a new event', '1')
    .option('--duplicate', 'send each delivery twice', false)
    .option('--tamper', 'change one byte after signing; the expected answer is 401', false)
    .action(async (source: string, event: string | undefined, options: SendOptions) => {
      const { sendTo } = await import('../send/send.ts');
      await sendTo(context, source, event, options);
    });
};
