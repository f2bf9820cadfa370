import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { ATTRIBUTE, PARTITION_KEY, progressKey, TTL_ATTRIBUTE } from './schema.ts';

/** How far fan-out came with a delivery of several events: a claim does not tell whether the event was sent. */
export interface Progress {
  /**
   * How many of the events of a part of a delivery were dealt with, in its order; 0 if nothing is known.
   *
   * @param signal aborts it.
   */
  read(deliveryId: string, group: string, signal: AbortSignal): Promise<number>;
  /** @param signal aborts it. */
  write(deliveryId: string, group: string, done: number, signal: AbortSignal): Promise<void>;
}

/** Longer than SQS keeps a delivery, in its dead letters too. */
const KEEP_SECONDS = 30 * 24 * 60 * 60;

/** Keeps progress in the event log's table. */
export const dynamoProgress = (
  table: string,
  dynamo: Pick<DynamoDBClient, 'send'>,
  now: () => number = Date.now,
): Progress => ({
  read: async (deliveryId, group, abortSignal) => {
    const { Item } = await dynamo.send(
      new GetItemCommand({
        TableName: table,
        Key: { [PARTITION_KEY]: { S: progressKey(deliveryId, group) } },
        ConsistentRead: true,
      }),
      { abortSignal },
    );
    return Number(Item?.[ATTRIBUTE.done]?.N ?? 0);
  },
  write: async (deliveryId, group, done, abortSignal) => {
    await dynamo.send(
      new PutItemCommand({
        TableName: table,
        Item: {
          [PARTITION_KEY]: { S: progressKey(deliveryId, group) },
          [ATTRIBUTE.done]: { N: String(done) },
          [TTL_ATTRIBUTE]: { N: String(Math.floor(now() / 1000) + KEEP_SECONDS) },
        },
      }),
      { abortSignal },
    );
  },
});
