import type { AddCommand } from '../program.ts';

export const queues: AddCommand = (program, context) => {
  program
    .command('queues')
    .summary('show each queue, its consumer, and what waits in it')
    .description(
      'Lists the queues of entities and consumers with their numbers of messages, that before fan-out, and the dead-letter queues. SQS counts approximately.',
    )
    .action(async () => {
      const { listQueues } = await import('../queues/list.ts');
      await listQueues(context);
    });
};
