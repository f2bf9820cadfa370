import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { EventLogTable } from './partition.ts';
import { ATTRIBUTE, PARTITION_KEY, rejectedKey } from './schema.ts';
import type { Retried, RetryOutcome } from './stored-rejection.ts';
import { unlessConditionFails } from './unless-condition-fails.ts';

/** Notes a try. What was stored before stays noted. */
export const markRetried = async (
  { dynamo, table }: EventLogTable,
  id: string,
  retried: Retried,
): Promise<void> => {
  await unlessConditionFails(
    dynamo.send(
      new UpdateItemCommand({
        TableName: table,
        Key: { [PARTITION_KEY]: { S: rejectedKey(id) } },
        UpdateExpression: 'SET #retried = :retried, #action = :outcome',
        ConditionExpression:
          'attribute_exists(#key) AND (attribute_not_exists(#action) OR #action = :refused)',
        ExpressionAttributeNames: {
          '#key': PARTITION_KEY,
          '#retried': ATTRIBUTE.retried,
          '#action': ATTRIBUTE.action,
        },
        ExpressionAttributeValues: {
          ':retried': { S: JSON.stringify(retried) },
          ':outcome': { S: retried.outcome },
          ':refused': { S: 'refused' satisfies RetryOutcome },
        },
      }),
    ),
  );
};
