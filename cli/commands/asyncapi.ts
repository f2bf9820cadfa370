import type { AddCommand } from '../program.ts';

export const asyncapi: AddCommand = (program, context) => {
  program
    .command('asyncapi')
    .summary('print the AsyncAPI document of the queues and their events')
    .description(
      'Prints an AsyncAPI 3 document as JSON, for tools that generate code or documentation: the queues of entities and consumers as channels, the types of events that each gets as messages, with the JSON Schemas of what is documented. It has what the sources let in and the consumers choose.',
    )
    .action(async () => {
      const { describeDeployment } = await import('../asyncapi/describe.ts');
      await describeDeployment(context);
    });
};
