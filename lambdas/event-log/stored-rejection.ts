import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Objects } from '../bodies/objects.ts';
import { type RejectedRequest, toRequest } from '../core/rejected-request.ts';
import type { Reason } from '../core/rejection.ts';
import type { WebhookRequest } from '../core/request.ts';
import type { Item } from './listed-event.ts';
import {
  AT_ATTRIBUTE,
  ATTRIBUTE,
  PARTITION_KEY,
  REJECTED,
  rejectedKey,
  SOURCE_INDEX,
  shardOf,
  sourceHour,
  TTL_ATTRIBUTE,
} from './schema.ts';

// Rejected requests are kept in the event log's table, and listed by its index, in partitions of their own.

/** A rejected request, with everything that is kept. */
export interface StoredRejection extends Omit<RejectedRequest, 'bodyGzip'> {
  /** The compressed body in base64. Absent if there is a `bodyRef`. */
  readonly bodyGzip?: string;
  /** The URI of an object with the compressed body, if it is too large for an item. */
  readonly bodyRef?: string;
  /** The last try. */
  readonly retried?: Retried;
  /** DynamoDB deletes it some time after. */
  readonly expiresAt: Date;
}

/** What came of checking a rejected request again. */
export interface Retried {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Who did it, as the caller says. */
  readonly by: string;
  readonly outcome: RetryOutcome;
  /** The id of the delivery that was stored. */
  readonly deliveryId?: string;
  /** Why it is still refused. */
  readonly reason?: Reason;
}

export type RetryOutcome =
  /** It is genuine, and was stored like any delivery. */
  | 'stored'
  /** A handshake, which was confirmed. */
  | 'confirmed'
  /** It is genuine, and nothing was to be stored: a test, an empty list, the end of a subscription. */
  | 'nothing-to-store'
  /** It is still refused. */
  | 'refused';

/**
 * The request as it came, with its body, which is read from the bucket if it lies there.
 *
 * @throws if S3 is unavailable.
 */
export const requestOf = async (
  { bodyGzip = '', bodyRef, ...kept }: StoredRejection,
  objects: Pick<Objects, 'get'>,
): Promise<WebhookRequest> =>
  toRequest({
    ...kept,
    bodyGzip: bodyRef === undefined ? bodyGzip : (await objects.get(bodyRef)).toString('base64'),
  });

/** A rejected request as an item, without its body. @param expiresAt in seconds since 1970. */
export const toItem = (rejected: RejectedRequest, expiresAt: number): Record<string, AttributeValue> => {
  const { id, source, provider, receivedAt, reason, isSigned, bodyGzip: _, ...rest } = rejected;
  return {
    [PARTITION_KEY]: { S: rejectedKey(id) },
    [AT_ATTRIBUTE]: { S: receivedAt },
    [SOURCE_INDEX.partitionKey]: { S: sourceHour(partitionOf(source), receivedAt, shardOf(`:${id}`)) },
    [ATTRIBUTE.deliveryId]: { S: id },
    [ATTRIBUTE.receivedAt]: { S: receivedAt },
    [ATTRIBUTE.source]: { S: source },
    [ATTRIBUTE.provider]: { S: provider },
    [ATTRIBUTE.entity]: { S: isSigned ? REJECTED.signed : REJECTED.unsigned },
    [ATTRIBUTE.reason]: { S: reason },
    [ATTRIBUTE.request]: { S: JSON.stringify(rest) },
    [TTL_ATTRIBUTE]: { N: String(expiresAt) },
  };
};

/** The rejected request in an item. */
export const toStored = (item: Item): StoredRejection => {
  const text = (name: string): string => item[name]?.S ?? '';
  const retried = item[ATTRIBUTE.retried]?.S;
  const bodyRef = item[ATTRIBUTE.bodyRef]?.S;
  return {
    ...(JSON.parse(text(ATTRIBUTE.request)) as Pick<
      RejectedRequest,
      'detail' | 'keep' | 'method' | 'url' | 'path' | 'sourceIp' | 'headers' | 'hashed'
    >),
    id: text(ATTRIBUTE.deliveryId),
    source: text(ATTRIBUTE.source),
    provider: text(ATTRIBUTE.provider),
    receivedAt: text(ATTRIBUTE.receivedAt),
    reason: text(ATTRIBUTE.reason) as Reason,
    isSigned: text(ATTRIBUTE.entity) === REJECTED.signed,
    ...(bodyRef === undefined
      ? { bodyGzip: Buffer.from(item[ATTRIBUTE.bodyGzip]?.B ?? []).toString('base64') }
      : { bodyRef }),
    ...(retried !== undefined && { retried: JSON.parse(retried) as Retried }),
    expiresAt: new Date(Number(item[TTL_ATTRIBUTE]?.N) * 1000),
  };
};

/** The source of rejected requests in the index. No source has such a name, so no list of events has them. */
export const partitionOf = (source: string): string => `rejected/${source}`;
