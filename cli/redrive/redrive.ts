import { SQSClient } from '@aws-sdk/client-sqs';
import { deadLettersBehind, ENTITY_DEAD_LETTERS } from '../../lambdas/core/routing-table.ts';
import { didYouMean } from '../../lambdas/core/unknown-name.ts';
import { queueDepth } from '../../lambdas/history/queue-depth.ts';
import { INTAKE } from '../../lambdas/history/state.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { queueName, urlBeside } from '../events/event-tools.ts';
import { confirm } from '../output/ask.ts';
import { startBar } from '../output/progress-bar.ts';
import { table } from '../output/table.ts';
import { type Move, moveBack } from './move-back.ts';

/** A dead-letter queue with its numbers of messages. */
interface DeadLetters extends Move {
  readonly waiting: number;
  /** In flight: they can't be received until their visibility timeout. */
  readonly hidden: number;
  /** How many were moved to each queue, by its name. */
  readonly moved: Map<string, number>;
}

/**
 * Shows the messages in the dead-letter queues and, after confirmation, moves each back to the queue that it came from.
 *
 * @param name a consumer, `entities`, or `intake`; after an upgrade from version 0.1.0 an entity too. Default: all queues.
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
  const queues = counted
    .filter((queue) => queue !== undefined)
    .filter(({ waiting, hidden }) => waiting + hidden > 0);
  const total = queues.reduce((sum, { waiting }) => sum + waiting, 0);
  if (total === 0) return context.show(result(queues), () => nothing(deployment, name, queues));
  if (!context.json) context.out.write(`${listing(queues)}\n`);
  if (!yes && context.json) context.show(result(queues), () => '');
  await confirm(context, yes, `Move ${total} messages back?`);

  const bar = startBar(context.err, total, 'messages');
  try {
    for (const queue of queues) {
      const moved = (to: string) => {
        queue.moved.set(queueName(to), (queue.moved.get(queueName(to)) ?? 0) + 1);
        bar.increment();
      };
      await moveBack(sqs, queue, queue.waiting, moved, context.interrupted);
    }
  } finally {
    bar.stop();
    context.show(result(queues), () => queues.map(movedText).join('\n'));
  }
  context.interrupted.throwIfAborted();
};

/** What can be moved, by the name that the command takes. */
const movesOf = (deployment: Deployment, wanted?: string): readonly Move[] => {
  const { name, prefix, queues, intakeQueueUrl, intakeDeadLetterQueueUrl } = deployment;
  // A message's attributes may say anything.
  const urls = new Map(Object.entries(queues));
  const urlOf = (queue: string): string | undefined =>
    urls.get(queue.slice(`${prefix}-`.length).replace(/\.fifo$/, ''));
  /** @param first the URL of the queue before it, for what version 0.1.0 sent. Default: that of its entity. */
  const deadLetters = (deadName: string, first?: string): Move => ({
    from: urlBeside(intakeQueueUrl, `${prefix}-${deadName}`),
    to: (queue, entity = '') => (queue === undefined ? (first ?? urls.get(entity)) : urlOf(queue)),
  });
  const moves: Readonly<Record<string, Move>> = {
    [INTAKE]: { from: intakeDeadLetterQueueUrl, to: () => intakeQueueUrl },
    [ENTITY_DEAD_LETTERS.replace(/-dlq$/, '')]: deadLetters(ENTITY_DEAD_LETTERS),
    ...Object.fromEntries(
      Object.entries(queues).map(([queue, url]) => {
        const [own = ''] = deadLettersBehind(queue);
        return [own.replace(/-dlq$/, ''), deadLetters(own, url)];
      }),
    ),
  };
  if (wanted === undefined) return Object.values(moves);
  const found = Object.hasOwn(moves, wanted) ? moves[wanted] : undefined;
  if (found !== undefined) return [found];
  throw new CliError(
    'notFound',
    `There is no queue "${wanted}" in ${name}; there are: ${Object.keys(moves).sort().join(', ')}${didYouMean(wanted, Object.keys(moves))}`,
  );
};

/** @returns undefined if there is no such dead-letter queue. */
const count = async (sqs: SQSClient, move: Move): Promise<DeadLetters | undefined> => {
  const depth = await queueDepth(sqs, move.from);
  return depth && { ...move, waiting: depth.waiting, hidden: depth.inFlight, moved: new Map() };
};

const result = (queues: readonly DeadLetters[]) => ({
  queues: queues.map(({ from, waiting, hidden, moved }) => ({
    from: queueName(from),
    waiting,
    hidden,
    moved: Object.fromEntries(moved),
  })),
});

const listing = (queues: readonly DeadLetters[]): string =>
  table(
    ['DEAD-LETTER QUEUE', 'MESSAGES'],
    queues.map(({ from, waiting, hidden }) => [
      queueName(from),
      hidden === 0 ? String(waiting) : `${waiting}, ${hidden} more hidden`,
    ]),
  );

const movedText = ({ from, waiting, moved }: DeadLetters): string => {
  const left = waiting - [...moved.values()].reduce((sum, number) => sum + number, 0);
  return [
    ...[...moved].map(([to, number]) => `${number} moved from ${queueName(from)} to ${to}`),
    ...(left > 0
      ? [
          `${left} left in ${queueName(from)}: the queue that they came from is gone, or the move was interrupted`,
        ]
      : []),
  ].join('\n');
};

const nothing = ({ queues }: Deployment, name: string | undefined, found: readonly DeadLetters[]): string => {
  const hidden = found.reduce((sum, queue) => sum + queue.hidden, 0);
  if (hidden > 0) return `${hidden} messages are hidden: a consumer has received them. Try again later.`;
  if (name === undefined) return 'All dead-letter queues are empty.';
  return name in queues && !name.includes('_')
    ? `The dead-letter queue of ${name} is empty. If it is an entity, its dead letters are with those of the others: gatepost redrive entities`
    : `The dead-letter queue of ${name} is empty.`;
};
