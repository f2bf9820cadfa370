import { ConditionalCheckFailedException, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { EventLogTable } from './partition.ts';
import { ATTRIBUTE, PARTITION_KEY } from './schema.ts';

/**
 * Writes down on an event that it was sent again: once for each replay, however often that sends it. One that is gone by
 * now is let go.
 *
 * @param at when; ISO 8601, UTC.
 */
export const markReplayed = async (
  { dynamo, table }: EventLogTable,
  key: string,
  replayId: string,
  at: string,
): Promise<void> => {
  try {
    await dynamo.send(
      new UpdateItemCommand({
        TableName: table,
        Key: { [PARTITION_KEY]: { S: key } },
        UpdateExpression: `ADD ${ATTRIBUTE.replays} :one SET ${LAST_REPLAY} = :id, ${ATTRIBUTE.lastReplayedAt} = :at`,
        ConditionExpression: `attribute_exists(#key) AND (attribute_not_exists(${LAST_REPLAY}) OR ${LAST_REPLAY} <> :id)`,
        ExpressionAttributeNames: { '#key': PARTITION_KEY },
        ExpressionAttributeValues: { ':one': { N: '1' }, ':id': { S: replayId }, ':at': { S: at } },
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
};

const LAST_REPLAY = ATTRIBUTE.lastReplay;
