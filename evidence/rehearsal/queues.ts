import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { Walk } from './walk.ts';

/** How many messages wait in a queue. */
export const waiting = async ({ clients }: Walk, QueueUrl: string): Promise<number> => {
  const { Attributes } = await clients.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
  );
  return Number(Attributes?.ApproximateNumberOfMessages);
};
