import { setTimeout as sleep } from 'node:timers/promises';
import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { LOCAL_CLIENT } from '../aws/endpoints.ts';
import type { LocalStack } from '../local-stack.ts';
import type { RecordedLine } from './recording.ts';

const INTERVAL_MS = 1_000;
const METRIC = 'ApproximateNumberOfMessagesVisible';

/**
 * Counts the waiting messages of each queue of the local stack, and reports them with the metric names of SQS, as lines in
 * the embedded metric format.
 */
export const watchQueues = async (
  localStack: LocalStack,
  report: (line: RecordedLine) => void,
): Promise<{ stop(): Promise<void> }> => {
  const sqs = new SQSClient({ ...LOCAL_CLIENT, endpoint: localStack.sqs });
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({ MaxResults: 1000 }));
  const look = async (): Promise<void> => {
    for (const QueueUrl of QueueUrls) {
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
      );
      report(depthLine(QueueUrl.replace(/^.*\//, ''), Number(Attributes.ApproximateNumberOfMessages)));
    }
  };

  const stopped = new AbortController();
  const watching = (async () => {
    while (!stopped.signal.aborted) {
      await look();
      // Rejects when it is stopped.
      await sleep(INTERVAL_MS, undefined, { signal: stopped.signal }).catch(() => undefined);
    }
  })();
  return {
    stop: async () => {
      stopped.abort();
      try {
        await watching;
      } finally {
        sqs.destroy();
      }
    },
  };
};

/** The waiting messages of a queue, as a line in the embedded metric format. */
export const depthLine = (QueueName: string, depth: number): RecordedLine => {
  const at = Date.now();
  const embedded = {
    _aws: {
      Timestamp: at,
      CloudWatchMetrics: [
        { Namespace: 'AWS/SQS', Dimensions: [['QueueName']], Metrics: [{ Name: METRIC, Unit: 'Count' }] },
      ],
    },
    QueueName,
    [METRIC]: depth,
  };
  return { at, functionName: 'sqs', text: JSON.stringify(embedded) };
};
