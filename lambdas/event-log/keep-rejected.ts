import { type AttributeValue, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { rejectedBodyKey } from '../bodies/keys.ts';
import type { Objects } from '../bodies/objects.ts';
import type { RejectedRequest } from '../core/rejected-request.ts';
import { type QuotaTable, takeOfQuota } from './rejected-quota.ts';
import { ATTRIBUTE, PARTITION_KEY } from './schema.ts';
import { toItem } from './stored-rejection.ts';
import { unlessConditionFails } from './unless-condition-fails.ts';

/** The largest compressed body in an item, in bytes. DynamoDB limits an item to 400 KB, and API Gateway all headers to 10 KB. */
export const MAX_ITEM_BODY_BYTES = 370_000;

/** Where rejected requests are kept. */
export interface RejectedStore extends QuotaTable {
  /** The bucket, for bodies that are too large for an item. */
  readonly objects: Pick<Objects, 'put' | 'uriOf'>;
}

/** The outcome of {@link keepRejected}. */
export type Keeping = 'kept' | 'over-quota' | 'expired';

/**
 * Keeps a rejected request, within the quota of its source's day. The same request is kept once. Nothing is written to the
 * bucket outside of the quota.
 *
 * @throws if DynamoDB or S3 is unavailable.
 */
export const keepRejected = async (
  store: RejectedStore,
  rejected: RejectedRequest,
  now: number,
): Promise<Keeping> => {
  const { dynamo, table, objects } = store;
  const expiresAt = Math.floor(Date.parse(rejected.receivedAt) / 1000) + rejected.keep;
  if (expiresAt * 1000 <= now) return 'expired';
  if (!(await takeOfQuota(store, rejected, now))) return 'over-quota';
  const bytes = Buffer.from(rejected.bodyGzip, 'base64');
  const key = rejectedBodyKey(rejected.source, rejected.id);
  const isLarge = bytes.length > MAX_ITEM_BODY_BYTES;
  if (isLarge) await objects.put(key, { bytes, contentType: 'application/gzip' });
  const body: Record<string, AttributeValue> = isLarge
    ? { [ATTRIBUTE.bodyRef]: { S: objects.uriOf(key) } }
    : { [ATTRIBUTE.bodyGzip]: { B: bytes } };
  // Of a message that SQS delivers again, nothing that was noted since is lost.
  await unlessConditionFails(
    dynamo.send(
      new PutItemCommand({
        TableName: table,
        Item: { ...toItem(rejected, expiresAt), ...body },
        ConditionExpression: 'attribute_not_exists(#key)',
        ExpressionAttributeNames: { '#key': PARTITION_KEY },
      }),
    ),
  );
  return 'kept';
};
