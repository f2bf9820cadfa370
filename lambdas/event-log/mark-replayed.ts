import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { EventLogTable } from './partition.ts';
import { ATTRIBUTE, PARTITION_KEY } from './schema.ts';
import { unlessConditionFails } from './unless-condition-fails.ts';

/** Counts a replay on its event, once per replay id. Does nothing if the event has expired. @param at ISO 8601, UTC. */
export const markReplayed = async (
  { dynamo, table }: EventLogTable,
  key: string,
  replayId: string,
  at: string,
): Promise<void> => {
  await unlessConditionFails(
    dynamo.send(
      new UpdateItemCommand({
        TableName: table,
        Key: { [PARTITION_KEY]: { S: key } },
        UpdateExpression: `ADD ${ATTRIBUTE.replays} :one SET ${LAST_REPLAY} = :id, ${ATTRIBUTE.lastReplayedAt} = :at`,
        ConditionExpression: `attribute_exists(#key) AND (attribute_not_exists(${LAST_REPLAY}) OR ${LAST_REPLAY} <> :id)`,
        ExpressionAttributeNames: { '#key': PARTITION_KEY },
        ExpressionAttributeValues: { ':one': { N: '1' }, ':id': { S: replayId }, ':at': { S: at } },
      }),
    ),
  );
};

const LAST_REPLAY = ATTRIBUTE.lastReplay;
