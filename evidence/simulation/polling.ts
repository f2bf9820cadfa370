import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { readDelivery } from '../../lambdas/core/delivery.ts';
import type { FifoQueue, QueuedMessage, ReceivedMessage } from './aws/fifo-queue.ts';
import type { HandOver } from './history.ts';
import type { Invocation, LambdaFunction } from './lambda.ts';
import { scatter } from './random.ts';
import type { World } from './world.ts';

/** Lambda's polling of the intake queue. */
export interface Polling {
  /** There may be something to receive. */
  wake(): void;
  /** These are moved back from the dead letters. */
  noteRedriven(messages: readonly QueuedMessage[]): void;
}

/**
 * Takes messages from the queue and hands them to fan-out; what it is done with is deleted.
 *
 * @param handedOver told by delivery what an invocation was handed.
 */
export const startPolling = (
  { schedule, clock, faults, history }: World,
  intake: FifoQueue,
  fanOut: LambdaFunction<SQSEvent, SQSBatchResponse>,
  handedOver: (invocation: Invocation, deliveries: ReadonlyMap<string, HandOver>) => void,
): Polling => {
  const before = new Map<string, { readonly count: number; readonly redriven: number }>();
  const countOf = (deliveryId: string) => before.get(deliveryId) ?? { count: 0, redriven: 0 };
  let isWoken = false;
  let polls = 0;

  const wake = (): void => {
    if (isWoken) return;
    isWoken = true;
    clock.after(5 + Math.floor(scatter(schedule.seed, ++polls, 7) * 50), () => {
      isWoken = false;
      poll();
    });
  };

  const poll = (): void => {
    const most = 1 + Math.floor(scatter(schedule.seed, polls, 11) * 10);
    const messages = intake.receive(most);
    if (messages.length === 0) return;
    // There may be more, for another process.
    wake();
    const at = clock.now();
    const handOvers = new Map<string, HandOver>();
    const { fate } = faults.next('invoke', at);
    const late = fate?.fate === 'late' ? fate.by : 0;
    for (const message of messages) {
      const id = deliveryIdOf(message);
      const { count, redriven } = countOf(id);
      before.set(id, { count: count + 1, redriven });
      handOvers.set(id, { count: count + 1, redriven, at, late });
    }
    // The function is throttled: Lambda leaves the messages to their visibility time-out.
    if (fate?.fate === 'lose' || fate?.fate === 'fail') return;
    clock.after(late, () => hand(messages, handOvers));
  };

  const hand = (messages: readonly ReceivedMessage[], deliveries: ReadonlyMap<string, HandOver>): void => {
    const invocation = fanOut.invoke({ Records: messages.map(toRecord) }, (ending) => {
      if (ending.ended === 'failed') return;
      const failed = new Set(ending.result.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      for (const messageId of failed) {
        const isExplained = invocation.lines.some(
          ({ message, fields }) =>
            message === 'failed' && fields.messageId === messageId && fields.cause !== undefined,
        );
        history.fanOutFailures.push({ messageId, isExplained });
      }
      acknowledge(messages.filter(({ id }) => !failed.has(id)));
    });
    handedOver(invocation, deliveries);
  };

  const acknowledge = (messages: readonly ReceivedMessage[]): void => {
    if (messages.length === 0) return;
    const { fate } = faults.next('DeleteMessageBatch', clock.now());
    if (fate?.fate === 'lose' || fate?.fate === 'fail') return;
    const refused = fate?.fate === 'part' ? fate.refused : 0;
    clock.after(5, () => {
      messages.forEach(({ receipt }, index) => {
        if ((refused & (1 << index)) === 0) intake.delete(receipt);
      });
    });
  };

  return {
    wake,
    noteRedriven: (messages) => {
      for (const id of messages.map(deliveryIdOf)) {
        const { count, redriven } = countOf(id);
        before.set(id, { count, redriven: redriven + 1 });
      }
    },
  };
};

const deliveryIdOf = ({ body }: QueuedMessage): string => readDelivery(body).deliveryId;

const toRecord = ({ id, body, group, received }: ReceivedMessage): SQSRecord => ({
  messageId: id,
  receiptHandle: '',
  body,
  attributes: {
    MessageGroupId: group,
    ApproximateReceiveCount: String(received),
    SentTimestamp: '',
    SenderId: '',
    ApproximateFirstReceiveTimestamp: '',
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: '',
  awsRegion: 'eu-west-1',
});
