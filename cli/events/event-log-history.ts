import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { HistoryError } from '../../lambdas/event-log/event-log-error.ts';
import type { EventLogTable } from '../../lambdas/event-log/partition.ts';
import { lastReceived, sourceActivity } from '../../lambdas/history/activity.ts';
import type { Deployment } from '../deployment/deployment.ts';
import type { History, SourceHistory } from '../history.ts';
import { eventLogOf } from './event-tools.ts';

/** The last delivery of a source is looked for so far back, in ms: each quiet hour costs four reads. */
const LOOK_BACK_MS = 7 * 24 * 60 * 60 * 1000;

/** What the event log knows of each source. */
export const eventLogHistory: History = {
  ofSource: async (deployment, source, since) => {
    try {
      return await activityOf(deployment, source, since);
    } catch (error) {
      // The log of this deployment can't be listed by source, which is a setting of it.
      if (error instanceof HistoryError) return undefined;
      throw error;
    }
  },
};

const activityOf = async (deployment: Deployment, source: string, since: Date): Promise<SourceHistory> => {
  const log = eventLogOf(deployment);
  const now = new Date();
  const made = await creationOf(log);
  const [earliest, from, until] = [now.getTime() - LOOK_BACK_MS, since.getTime(), now.getTime()].map((time) =>
    new Date(Math.max(made, time)).toISOString(),
  ) as [string, string, string];
  const { events, duplicates, lastReceivedAt } = await sourceActivity(log, source, from, until);
  const last = lastReceivedAt ?? (await lastReceived(log, source, earliest, from));
  return { events, duplicates, ...(last !== undefined && { lastDelivery: new Date(last) }) };
};

/** When the table was made, in ms: before, nothing came. Long ago where that may not be known. */
const creationOf = async ({ dynamo, table }: EventLogTable): Promise<number> => {
  try {
    const { Table } = await dynamo.send(new DescribeTableCommand({ TableName: table }));
    // DynamoDB gives it in whole seconds, and what came in that one came after.
    return Math.floor((Table?.CreationDateTime?.getTime() ?? 0) / 1000) * 1000;
  } catch (error) {
    if (Error.isError(error) && error.name === 'AccessDeniedException') return 0;
    throw error;
  }
};
