import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { UUID } from '../core/uuid.ts';
import type { EventLogTable } from './partition.ts';
import { PARTITION_KEY, rejectedKey } from './schema.ts';
import { type StoredRejection, toStored } from './stored-rejection.ts';

/** Finds a rejected request by its id, with a consistent read. An expired one is none. */
export const findRejected = async (
  { dynamo, table }: EventLogTable,
  id: string,
  now: number,
): Promise<StoredRejection | undefined> => {
  if (!UUID.test(id)) return undefined;
  const { Item } = await dynamo.send(
    new GetItemCommand({
      TableName: table,
      Key: { [PARTITION_KEY]: { S: rejectedKey(id) } },
      ConsistentRead: true,
    }),
  );
  const found = Item === undefined ? undefined : toStored(Item);
  return found === undefined || found.expiresAt.getTime() <= now ? undefined : found;
};
