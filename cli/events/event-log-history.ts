import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { EventLogError } from '../../lambdas/event-log/event-log-error.ts';
import type { EventLogTable } from '../../lambdas/event-log/partition.ts';
import { lastReceived, sourceActivity } from '../../lambdas/history/activity.ts';
import type { Deployment } from '../deployment/deployment.ts';
import type { History, SourceHistory } from '../history.ts';
import { eventLogOf } from './event-tools.ts';

/** How far back the last delivery of a source is searched, in ms. Each hour without one costs four reads. */
const LOOK_BACK_MS = 7 * 24 * 60 * 60 * 1000;

export const eventLogHistory: History = {
  ofSource: async (deployment, source, since) => {
    try {
      return await activityOf(deployment, source, since);
    } catch (error) {
      // This deployment has no index by source: eventLog.searchBySource is false.
      if (error instanceof EventLogError) return undefined;
      throw error;
    }
  },
};

const activityOf = async (deployment: Deployment, source: string, since: Date): Promise<SourceHistory> => {
  const log = eventLogOf(deployment);
  const now = new Date();
  const created = await creationOf(log);
  const [earliest, from, until] = [now.getTime() - LOOK_BACK_MS, since.getTime(), now.getTime()].map((time) =>
    new Date(Math.max(created, time)).toISOString(),
  ) as [string, string, string];
  const { events, duplicates, lastReceivedAt } = await sourceActivity(log, source, from, until);
  const last = lastReceivedAt ?? (await lastReceived(log, source, earliest, from));
  return { ...(last !== undefined && { lastDelivery: new Date(last) }), events, duplicates };
};

/** When the table was created, in ms; there are no events before it. 0 where the user may not read it. */
const creationOf = async ({ dynamo, table }: EventLogTable): Promise<number> => {
  try {
    const { Table } = await dynamo.send(new DescribeTableCommand({ TableName: table }));
    // DynamoDB gives whole seconds; events of the same second came after the creation.
    return Math.floor((Table?.CreationDateTime?.getTime() ?? 0) / 1000) * 1000;
  } catch (error) {
    if (Error.isError(error) && error.name === 'AccessDeniedException') return 0;
    throw error;
  }
};
