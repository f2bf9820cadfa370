import {
  type AttributeValue,
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
} from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import {
  AT_ATTRIBUTE,
  ENTITY_INDEX,
  LISTED_ATTRIBUTES,
  PARTITION_KEY,
  SOURCE_INDEX,
} from '../../../lambdas/event-log/schema.ts';
import { returnHeldItems } from '../../../local/aws/held-item.ts';
import { LOOPBACK, listen, stopListening } from '../../../local/support/listen.ts';
import { pointTo } from './aws.ts';

/** The event log's table, in memory. */
export interface EventLogTable {
  readonly name: string;
  /** @throws {Error} where there is no item under that key. */
  itemOf(key: string): Promise<Readonly<Record<string, AttributeValue>>>;
  stop(): Promise<void>;
}

const INDEXES = [SOURCE_INDEX, ENTITY_INDEX] as const;

type Index = (typeof INDEXES)[number];

/**
 * Starts DynamoDB with the event log's table, and leads the clients to it that are made from now on.
 *
 * @param indexes those that the table has. Default: all.
 */
export const startEventLogTable = async (indexes: readonly Index[] = INDEXES): Promise<EventLogTable> => {
  const name = 'event-log';
  returnHeldItems();
  const server = dynalite({ createTableMs: 0 });
  pointTo('DYNAMODB', `http://${LOOPBACK}:${await listen(server, 0)}`);
  const dynamo = new DynamoDBClient();
  await dynamo.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: PARTITION_KEY, KeyType: 'HASH' }],
      AttributeDefinitions: [
        PARTITION_KEY,
        ...(indexes.length > 0 ? [AT_ATTRIBUTE] : []),
        ...indexes.map(({ partitionKey }) => partitionKey),
      ].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      GlobalSecondaryIndexes:
        indexes.length === 0
          ? undefined
          : indexes.map(({ name: IndexName, partitionKey }) => ({
              IndexName,
              KeySchema: [
                { AttributeName: partitionKey, KeyType: 'HASH' },
                { AttributeName: AT_ATTRIBUTE, KeyType: 'RANGE' },
              ],
              Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: [...LISTED_ATTRIBUTES] },
            })),
    }),
  );
  return {
    name,
    itemOf: async (key) => {
      const { Item } = await dynamo.send(
        new GetItemCommand({ TableName: name, Key: { [PARTITION_KEY]: { S: key } }, ConsistentRead: true }),
      );
      if (Item === undefined) throw new Error(`${key} is not in the log`);
      return Item;
    },
    stop: async () => {
      dynamo.destroy();
      await stopListening(server);
    },
  };
};
