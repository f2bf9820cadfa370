import { gzipSync } from 'node:zlib';
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  PutItemCommand,
  type PutItemCommandInput,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { brief } from '../core/brief.ts';
import type { Delivery } from '../core/delivery.ts';
import type { GatepostEvent } from '../events/event.ts';
import { AWS_CLIENT } from '../runtime/aws-client.ts';
import {
  AT_ATTRIBUTE,
  ATTRIBUTE,
  ENTITY_INDEX,
  entityHash,
  PARTITION_KEY,
  SOURCE_INDEX,
  shardOf,
  sourceHour,
  TTL_ATTRIBUTE,
} from './schema.ts';

/** Stores every event once, to detect duplicates and for replays. */
export interface EventClaims {
  /**
   * Claims an event for its delivery, and stores it.
   *
   * @returns whether this delivery may route the event; otherwise another one claimed it, and the duplicate is counted.
   */
  claim(event: GatepostEvent, delivery: Delivery): Promise<'claimed' | 'duplicate'>;
}

/**
 * The event log in DynamoDB.
 *
 * @param retention in seconds.
 */
export const dynamoEventLog = (
  table: string,
  retention: number,
  now: () => number = Date.now,
  dynamo: Pick<DynamoDBClient, 'send'> = new DynamoDBClient(AWS_CLIENT),
): EventClaims => {
  /** Stores the event unless it exists. An expired item counts as deleted, which DynamoDB may do days later. */
  const write = (event: GatepostEvent, delivery: Delivery): Promise<boolean> => {
    const nowSeconds = Math.floor(now() / 1000);
    return unlessConditionFails(
      dynamo.send(
        new PutItemCommand({
          TableName: table,
          Item: toItem(event, delivery, nowSeconds + retention),
          ConditionExpression: 'attribute_not_exists(#key) OR #expiresAt < :now',
          ExpressionAttributeNames: { '#key': PARTITION_KEY, '#expiresAt': TTL_ATTRIBUTE },
          ExpressionAttributeValues: { ':now': { N: String(nowSeconds) } },
        }),
      ),
    );
  };

  /** Counts a duplicate, unless the event was claimed by this delivery. */
  const countDuplicate = (event: GatepostEvent, { deliveryId, receivedAt }: Delivery): Promise<boolean> =>
    unlessConditionFails(
      dynamo.send(
        new UpdateItemCommand({
          TableName: table,
          Key: { [PARTITION_KEY]: { S: event.id } },
          UpdateExpression: `ADD ${ATTRIBUTE.duplicates} :one SET ${ATTRIBUTE.lastDuplicate} = :mine, ${ATTRIBUTE.lastDuplicateAt} = :at`,
          ConditionExpression: `attribute_exists(#key) AND ${ATTRIBUTE.deliveryId} <> :mine`,
          ExpressionAttributeNames: { '#key': PARTITION_KEY },
          ExpressionAttributeValues: {
            ':one': { N: '1' },
            ':mine': { S: deliveryId },
            ':at': { S: receivedAt },
          },
        }),
      ),
    );

  return {
    // A claim belongs to a delivery and is never released. After a crash between claim and send, SQS redelivers the same
    // delivery, which finds its own claim. Another delivery of the event finds a duplicate.
    //
    //   delivery A   claim ── crash          claim (mine) ── send ── acknowledge
    //   delivery B              claim (A's: duplicate)
    //
    claim: async (event, delivery) => {
      if (await write(event, delivery)) return 'claimed';
      return (await countDuplicate(event, delivery)) ? 'duplicate' : 'claimed';
    },
  };
};

/** Whether a conditional write was carried out. */
const unlessConditionFails = async (written: Promise<unknown>): Promise<boolean> => {
  try {
    await written;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
};

/** DynamoDB limits an item to 400 KB. The rest is for headers, path and settings. */
const MAX_LOGGED_BYTES = 380_000;

type Item = NonNullable<PutItemCommandInput['Item']>;

const toItem = (event: GatepostEvent, delivery: Delivery, expiresAt: number): Item => {
  const { body, replay, ...rest } = delivery;
  const compressed = gzipSync(body);
  const source = delivery.source.name;
  const at = replay?.at ?? event.receivedat;
  return {
    [PARTITION_KEY]: { S: event.id },
    [AT_ATTRIBUTE]: { S: at },
    [SOURCE_INDEX.partitionKey]: { S: sourceHour(source, at, shardOf(event.id)) },
    ...(event.subject !== undefined && {
      [ENTITY_INDEX.partitionKey]: { S: entityHash(source, event.entity, event.subject) },
    }),
    [ATTRIBUTE.deliveryId]: { S: event.deliveryid },
    [ATTRIBUTE.receivedAt]: { S: event.receivedat },
    [ATTRIBUTE.source]: { S: source },
    [ATTRIBUTE.provider]: { S: event.provider },
    [ATTRIBUTE.entity]: { S: event.entity },
    [ATTRIBUTE.action]: { S: event.action },
    [ATTRIBUTE.type]: { S: event.type },
    ...(event.subject !== undefined && { [ATTRIBUTE.entityId]: { S: brief(event.subject) } }),
    ...(event.providertype !== undefined && { [ATTRIBUTE.providerType]: { S: brief(event.providertype) } }),
    ...(event.reason !== undefined && { [ATTRIBUTE.reason]: { S: event.reason } }),
    ...(event.replayof !== undefined && { [ATTRIBUTE.replayOf]: { S: event.replayof } }),
    // All that interpreting the body again needs: settings, headers, path.
    [ATTRIBUTE.delivery]: { S: JSON.stringify(rest) },
    // Stryker disable next-line EqualityOperator: the limit is far below the limit of DynamoDB, so one byte makes no difference
    ...(compressed.length <= MAX_LOGGED_BYTES
      ? { [ATTRIBUTE.bodyGzip]: { B: compressed } }
      : { [ATTRIBUTE.bodyOmitted]: { S: `${compressed.length} bytes compressed are too many for an item` } }),
    [ATTRIBUTE.duplicates]: { N: '0' },
    [TTL_ATTRIBUTE]: { N: String(expiresAt) },
  };
};
