import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { readDelivery } from '../../lambdas/core/delivery.ts';
import type { FifoQueue, QueuedMessage, ReceivedMessage } from './aws/fifo-queue.ts';
import { type FanOutRun, type HandOver, messageOf } from './history.ts';
import type { Invocation, LambdaFunction, LogLine } from './lambda.ts';
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
 * @param handedOver told what an invocation was handed.
 */
export const startPolling = (
  { schedule, clock, faults, history }: World,
  intake: FifoQueue,
  fanOut: LambdaFunction<SQSEvent, SQSBatchResponse>,
  handedOver: (invocation: Invocation, messages: readonly HandOver[]) => void,
): Polling => {
  const before = new Map<string, { readonly count: number; readonly redriven: number }>();
  const countOf = (message: string) => before.get(message) ?? { count: 0, redriven: 0 };
  // A message is received many times, and reading it takes longer than looking it up.
  const deliveryIds = new Map<string, string>();
  const deliveryIdOf = ({ body }: QueuedMessage): string => {
    const known = deliveryIds.get(body) ?? readDelivery(body).deliveryId;
    deliveryIds.set(body, known);
    return known;
  };
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
    const { fate } = faults.next('invoke', at);
    const late = fate?.fate === 'late' ? fate.by : 0;
    const sent = new Set<string>();
    const handed = messages.map((message): Handed => {
      const deliveryId = deliveryIdOf(message);
      const name = messageOf({ deliveryId, group: message.group });
      const { count, redriven } = countOf(name);
      before.set(name, { count: count + 1, redriven });
      const handOver = {
        message: name,
        deliveryId,
        count: count + 1,
        redriven,
        at,
        late,
        sent,
        troubles: [],
      };
      const ofMessage = history.handOvers.get(name);
      if (ofMessage === undefined) history.handOvers.set(name, [handOver]);
      else ofMessage.push(handOver);
      return { message, handOver };
    });
    // The function is throttled: Lambda leaves the messages to their visibility time-out.
    if (fate?.fate === 'lose' || fate?.fate === 'fail') trouble(handed);
    else clock.after(late, () => hand(handed));
  };

  const hand = (handed: readonly Handed[]): void => {
    const records = handed.map(({ message }) => toRecord(message));
    const invocation = fanOut.invoke({ Records: records }, (ending) => {
      const failed = new Set(
        ending.ended === 'failed'
          ? []
          : ending.result.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier),
      );
      const { faults: met, lines, startedAt } = invocation;
      history.fanOuts.push({
        ending: ending.ended === 'failed' ? ending.how : 'answered',
        took: clock.now() - startedAt,
        faults: met,
        givenBack: [...failed].map((messageId) => ({ messageId, why: whyGivenBack(lines, messageId) })),
        conflicts: conflictsIn(lines),
        lags: lagsIn(lines, clock.now()),
      });
      if (met.length > 0) trouble(handed, met);
      if (ending.ended === 'answered') acknowledge(handed.filter(({ message }) => !failed.has(message.id)));
    });
    handedOver(
      invocation,
      handed.map(({ handOver }) => handOver),
    );
  };

  const acknowledge = (handed: readonly Handed[]): void => {
    if (handed.length === 0) return;
    const { fate } = faults.next('DeleteMessageBatch', clock.now());
    if (fate?.fate === 'lose' || fate?.fate === 'fail') {
      trouble(handed);
      return;
    }
    const refused = fate?.fate === 'part' ? fate.refused : 0;
    clock.after(5, () => {
      handed.forEach((each, index) => {
        const isRefused = (refused & (1 << index)) !== 0;
        if (isRefused || !intake.delete(each.message.receipt)) trouble([each]);
      });
    });
  };

  return {
    wake,
    noteRedriven: (messages) => {
      for (const message of messages) {
        const name = messageOf({ deliveryId: deliveryIdOf(message), group: message.group });
        const { count, redriven } = countOf(name);
        before.set(name, { count, redriven: redriven + 1 });
      }
    },
  };
};

interface Handed {
  readonly message: ReceivedMessage;
  readonly handOver: HandOver;
}

const trouble = (handed: readonly Handed[], faults: readonly string[] = ['polling']): void => {
  for (const { handOver } of handed) handOver.troubles.push(...faults);
};

/** What fan-out's log says of a message that it gave back. */
const whyGivenBack = (lines: readonly LogLine[], messageId: string): 'unfinished' | 'failed' | 'unsaid' => {
  const line = lines.find(({ fields }) => fields.messageId === messageId);
  if (line?.message === 'unfinished') return 'unfinished';
  const cause = line?.fields.cause as { readonly name?: string } | undefined;
  if (line?.message !== 'failed' || cause === undefined) return 'unsaid';
  // A call was begun in time, and took longer.
  return cause.name === 'AbortError' ? 'unfinished' : 'failed';
};

const lagsIn = (lines: readonly LogLine[], at: number): FanOutRun['lags'] =>
  lines.flatMap(({ fields: { outcome, deliveryId, lagMs } }) =>
    outcome === 'routed' ? [{ deliveryId: String(deliveryId), lagMs: Number(lagMs), at }] : [],
  );

const conflictsIn = (lines: readonly LogLine[]): number =>
  lines.filter(({ fields }) => fields.conflict === true).length;

/** A message as Lambda hands it to a function. */
export const toRecord = ({ id, body, group, received }: ReceivedMessage): SQSRecord => ({
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
