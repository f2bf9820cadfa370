import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { bucketObjects } from '../bodies/objects.ts';
import { type RejectedRequest, readRejectedRequest } from '../core/rejected-request.ts';
import { type Keeping, keepRejected, type RejectedStore } from '../event-log/keep-rejected.ts';
import { AWS_CLIENT } from '../runtime/aws-client.ts';
import { describeError } from '../runtime/describe-error.ts';
import { environment } from '../runtime/environment.ts';
import { UNREADABLE_SOURCE } from '../runtime/metric-schema.ts';
import { logLine, print } from '../runtime/observe.ts';
import { WITHOUT_EARLY_END } from '../runtime/without-early-end.ts';

/** For tests: AWS clients instead of the function's own. */
export interface KeeperClients {
  readonly dynamo?: RejectedStore['dynamo'];
  readonly objects?: RejectedStore['objects'];
}

/**
 * The function that keeps rejected requests: the only writer, and for each source one at a time, since the source is the
 * message group. A failed message and those after it in its group are delivered again.
 *
 * Environment: `EVENT_LOG_TABLE` and `BODIES_BUCKET`.
 */
export const createKeeper = ({
  dynamo = new DynamoDBClient(AWS_CLIENT),
  objects = bucketObjects(environment('BODIES_BUCKET')),
}: KeeperClients = {}) => {
  const log = { dynamo, table: environment('EVENT_LOG_TABLE'), objects };
  return middy<SQSEvent, SQSBatchResponse>(WITHOUT_EARLY_END).handler(async ({ Records }) => {
    const failed = new Set<string>();
    const blocked = new Set<string>();
    for (const record of Records) {
      const group = record.attributes.MessageGroupId ?? record.messageId;
      if (!blocked.has(group) && (await keep(log, record))) continue;
      blocked.add(group);
      failed.add(record.messageId);
    }
    return { batchItemFailures: [...failed].map((itemIdentifier) => ({ itemIdentifier })) };
  });
};

/** @returns false if it has to be tried again. What can't be read, or is refused for good, is dropped, and its line says so. */
const keep = async (log: RejectedStore, record: SQSRecord): Promise<boolean> => {
  let rejected: RejectedRequest | undefined;
  try {
    rejected = readRejectedRequest(record.body);
    report(rejected, await keepRejected(log, rejected, Date.now()));
    return true;
  } catch (error) {
    const { id, source = UNREADABLE_SOURCE } = rejected ?? {};
    const isLost = rejected === undefined || (Error.isError(error) && error.name === 'ValidationException');
    print([
      logLine('ERROR', 'failed', {
        outcome: 'failed',
        ...(isLost && { notKept: 'refused' }),
        source,
        deliveryId: id,
        messageId: record.messageId,
        cause: describeError(error),
      }),
    ]);
    return isLost;
  }
};

const report = ({ id, source, reason, isSigned }: RejectedRequest, keeping: Keeping): void => {
  const facts = { source, deliveryId: id, reason, isSigned };
  print([
    keeping === 'kept'
      ? logLine('INFO', 'kept', { outcome: 'kept', ...facts })
      : logLine('WARN', 'not-kept', { outcome: 'not-kept', notKept: keeping, ...facts }),
  ]);
};

export const handler = createKeeper();
