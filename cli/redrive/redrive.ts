import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { INTAKE } from '../../lambdas/history/state.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { deadLetterQueueOf, queueName } from '../events/event-tools.ts';
import { confirm } from '../output/ask.ts';
import { startBar } from '../output/progress-bar.ts';
import { table } from '../output/table.ts';
import { type Move, moveBack } from './move-back.ts';

/** A dead-letter queue with its numbers of messages. */
interface DeadLetters extends Move {
  readonly waiting: number;
  /** In flight: they can't be received until their visibility timeout. */
  readonly hidden: number;
  moved: number;
}

/**
 * Shows the messages in the dead-letter queues and, after confirmation, moves them back.
 *
 * @param name an entity, or `intake`. Default: all queues.
 * @throws {CliError} where there is no such queue, or it was not confirmed.
 */
export const redriveQueues = async (
  context: Context,
  name: string | undefined,
  { yes }: { readonly yes: boolean },
): Promise<void> => {
  const deployment = await context.deployment();
  const sqs = new SQSClient(deployment.clients.sqs);
  const counted = await Promise.all(movesOf(deployment, name).map((move) => count(sqs, move)));
  const queues = counted.filter(({ waiting, hidden }) => waiting + hidden > 0);
  const total = queues.reduce((sum, { waiting }) => sum + waiting, 0);
  if (total === 0) return context.show(result(queues), () => nothing(name, queues));
  if (!context.json) context.out.write(`${listing(queues)}\n`);
  if (!yes && context.json) context.show(result(queues), () => '');
  await confirm(context, yes, `Move ${total} messages back?`);

  const bar = startBar(context.err, total, 'messages');
  try {
    for (const queue of queues) {
      const moved = () => {
        queue.moved++;
        bar.increment();
      };
      await moveBack(sqs, queue, queue.waiting, moved, context.interrupted);
    }
  } finally {
    bar.stop();
    context.show(result(queues), () =>
      queues
        .map(({ from, to, moved }) => `${moved} moved from ${queueName(from)} to ${queueName(to)}`)
        .join('\n'),
    );
  }
  context.interrupted.throwIfAborted();
};

const movesOf = ({ name, queues, intakeQueueUrl, intakeDeadLetterQueueUrl }: Deployment, wanted?: string) => {
  const moves: Readonly<Record<string, Move>> = {
    [INTAKE]: { from: intakeDeadLetterQueueUrl, to: intakeQueueUrl },
    ...Object.fromEntries(
      Object.entries(queues).map(([entity, url]) => [entity, { from: deadLetterQueueOf(url), to: url }]),
    ),
  };
  if (wanted === undefined) return Object.values(moves);
  const found = Object.hasOwn(moves, wanted) ? moves[wanted] : undefined;
  if (found !== undefined) return [found];
  throw new CliError(
    'notFound',
    `There is no queue "${wanted}" in ${name}; there are: ${Object.keys(moves).sort().join(', ')}`,
  );
};

const count = async (sqs: SQSClient, move: Move): Promise<DeadLetters> => {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: move.from,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  return {
    ...move,
    waiting: Number(Attributes.ApproximateNumberOfMessages),
    hidden: Number(Attributes.ApproximateNumberOfMessagesNotVisible),
    moved: 0,
  };
};

const result = (queues: readonly DeadLetters[]) => ({
  queues: queues.map(({ from, to, waiting, hidden, moved }) => ({
    from: queueName(from),
    to: queueName(to),
    waiting,
    hidden,
    moved,
  })),
});

const listing = (queues: readonly DeadLetters[]): string =>
  table(
    ['DEAD-LETTER QUEUE', 'MESSAGES', 'BACK TO'],
    queues.map(({ from, to, waiting, hidden }) => [
      queueName(from),
      hidden === 0 ? String(waiting) : `${waiting}, ${hidden} more hidden`,
      queueName(to),
    ]),
  );

const nothing = (name: string | undefined, queues: readonly DeadLetters[]): string => {
  const hidden = queues.reduce((sum, queue) => sum + queue.hidden, 0);
  if (hidden > 0) return `${hidden} messages are hidden: a consumer has received them. Try again later.`;
  return name === undefined
    ? 'All dead-letter queues are empty.'
    : `The dead-letter queue of ${name} is empty.`;
};
