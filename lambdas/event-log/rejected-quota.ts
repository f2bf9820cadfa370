import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { RejectedRequest } from '../core/rejected-request.ts';
import { ATTRIBUTE, PARTITION_KEY, quotaKey, TTL_ATTRIBUTE } from './schema.ts';

/** How many are kept of a source and a day: those whose signature holds, and all others. */
export const QUOTA = 1_000;

/** Longer than a day, whatever the clocks. */
const QUOTA_SECONDS = 3 * 24 * 60 * 60;

/** The table that counts. */
export interface QuotaTable {
  readonly dynamo: Pick<DynamoDBClient, 'send'>;
  /** The table's name. */
  readonly table: string;
}

/**
 * Counts a rejected request within the quota of its source's day. However often it is tried, it takes one of the quota: the
 * count names the last one, which is enough, since of a source one is kept after the other.
 *
 * @returns whether it is within the quota.
 * @throws if DynamoDB is unavailable.
 */
export const takeOfQuota = async (
  { dynamo, table }: QuotaTable,
  { id, source, receivedAt, isSigned }: RejectedRequest,
  now: number,
): Promise<boolean> => {
  try {
    await dynamo.send(
      new UpdateItemCommand({
        TableName: table,
        Key: { [PARTITION_KEY]: { S: quotaKey(source, receivedAt, isSigned) } },
        UpdateExpression: 'ADD #count :one SET #last = :id, #expiresAt = :expiresAt',
        ConditionExpression: 'attribute_not_exists(#count) OR (#count < :most AND #last <> :id)',
        ExpressionAttributeNames: {
          '#count': ATTRIBUTE.count,
          '#last': ATTRIBUTE.last,
          '#expiresAt': TTL_ATTRIBUTE,
        },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        ExpressionAttributeValues: {
          ':id': { S: id },
          ':one': { N: '1' },
          ':most': { N: String(QUOTA) },
          ':expiresAt': { N: String(Math.floor(now / 1000) + QUOTA_SECONDS) },
        },
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return error.Item?.[ATTRIBUTE.last]?.S === id;
    throw error;
  }
};
