import type { Resource, Stack } from './stack.ts';

/**
 * The URLs of the queues that consumers read, by entity: every FIFO queue that no function polls and that is no dead-letter
 * queue. The entity is the queue's name without the prefix that all queues share.
 */
export const entityQueues = (stack: Stack): Readonly<Record<string, string>> => {
  const queues = stack.resources('AWS::SQS::Queue');
  const prefix = commonPrefix(queues.map(nameOf));
  const inner = new Set([
    ...queues.map(deadLetterQueueOf),
    ...stack
      .resources('AWS::Lambda::EventSourceMapping')
      .map(({ properties }) => String(properties.EventSourceArn)),
  ]);
  return Object.fromEntries(
    queues
      .filter((queue) => nameOf(queue).endsWith('.fifo') && !inner.has(queue.attribute('Arn')))
      .map((queue) => [nameOf(queue).slice(prefix.length, -'.fifo'.length), queue.ref]),
  );
};

const nameOf = (queue: Resource): string => queue.attribute('QueueName');

const deadLetterQueueOf = ({ properties }: Resource): string | undefined =>
  (properties.RedrivePolicy as { readonly deadLetterTargetArn?: string } | undefined)?.deadLetterTargetArn;

/** The prefix that all names share, up to a hyphen: `gatepost-`. */
const commonPrefix = ([first = '', ...others]: readonly string[]): string => {
  let end = first.lastIndexOf('-') + 1;
  while (end > 0 && !others.every((name) => name.startsWith(first.slice(0, end)))) {
    end = first.lastIndexOf('-', end - 2) + 1;
  }
  return first.slice(0, end);
};
