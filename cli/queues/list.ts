import { SQSClient } from '@aws-sdk/client-sqs';
import {
  deadLettersBehind,
  ENTITY_DEAD_LETTERS,
  type RoutingTable,
} from '../../lambdas/core/routing-table.ts';
import { queueDepth } from '../../lambdas/history/queue-depth.ts';
import type { Context } from '../context.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { queueName, urlBeside } from '../events/event-tools.ts';
import { table } from '../output/table.ts';

/** A queue, and what waits in it. */
interface ListedQueue {
  /** Its name: `gatepost-crm.fifo`. */
  readonly queue: string;
  readonly url: string;
  /** The consumer whose queue it is. Absent for the queues of entities, and for Gatepost's own. */
  readonly consumer?: string;
  /** The patterns of that consumer. */
  readonly events?: readonly string[];
  readonly waiting: number;
  readonly inFlight: number;
}

/**
 * Lists the queues with their numbers of messages: that before fan-out, those of entities and consumers, and the dead-letter
 * queues. Of a dead-letter queue that version 0.1.0 deployed, only one with messages is listed.
 */
export const listQueues = async (context: Context): Promise<void> => {
  const deployment = await context.deployment();
  const sqs = new SQSClient(deployment.clients.sqs);
  const routing = await deployment.routing();
  const counted = await Promise.all(
    queuesOf(deployment, routing).map(async ({ isOld, ...queue }) => {
      const depth = await queueDepth(sqs, queue.url);
      const isShown = depth !== undefined && (!isOld || depth.waiting + depth.inFlight > 0);
      return isShown ? [{ ...queue, ...depth }] : [];
    }),
  );
  const queues = counted.flat();
  context.show(queues, () =>
    table(
      ['QUEUE', 'CONSUMER', 'EVENTS', 'WAITING', 'IN FLIGHT'],
      queues.map(({ queue, consumer = '–', events, waiting, inFlight }) => [
        queue,
        consumer,
        events === undefined ? '–' : shortened(events),
        String(waiting),
        String(inFlight),
      ]),
    ),
  );
};

type Known = Omit<ListedQueue, keyof { waiting: number; inFlight: number }> & { readonly isOld: boolean };

const queuesOf = (deployment: Deployment, { consumers }: RoutingTable): readonly Known[] => {
  const { prefix, queues, intakeQueueUrl, intakeDeadLetterQueueUrl } = deployment;
  const own = (url: string): Known => ({ queue: queueName(url), url, isOld: false });
  const readers = Object.entries(queues).map(([name, url]): Known => {
    const consumer = consumers.find((one) => one.name === name.split('_')[0]);
    return {
      ...own(url),
      ...(consumer !== undefined && { consumer: consumer.name, events: consumer.events }),
    };
  });
  const names = consumers.map((consumer) => consumer.name);
  const behind = [...new Set(Object.keys(queues).map((name) => deadLettersBehind(name)[0] ?? ''))].map(
    (name): Known => {
      const consumer = name.replace(/-dlq$/, '');
      const isOld = !names.includes(consumer);
      return {
        ...own(urlBeside(intakeQueueUrl, `${prefix}-${name}`)),
        isOld,
        ...(!isOld && { consumer }),
      };
    },
  );
  return [
    own(intakeQueueUrl),
    ...readers,
    own(intakeDeadLetterQueueUrl),
    own(urlBeside(intakeQueueUrl, `${prefix}-${ENTITY_DEAD_LETTERS}`)),
    ...behind,
  ];
};

const MAX_SHOWN = 3;

const shortened = (events: readonly string[]): string =>
  events.length <= MAX_SHOWN
    ? events.join(', ')
    : `${events.slice(0, MAX_SHOWN).join(', ')} and ${events.length - MAX_SHOWN} more`;
