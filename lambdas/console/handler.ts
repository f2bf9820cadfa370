import { randomUUID } from 'node:crypto';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Context } from 'aws-lambda';
import { bucketObjects } from '../bodies/objects.ts';
import { UNRECOGNIZED } from '../core/entity.ts';
import { AWS_CLIENT } from '../runtime/aws-client.ts';
import { describeError } from '../runtime/describe-error.ts';
import { environment } from '../runtime/environment.ts';
import { logLine, print } from '../runtime/observe.ts';
import { answerConsole, type ConsoleAnswer } from './console.ts';
import { readEventDetails } from './event-details.ts';
import { readEventPage } from './event-list.ts';
import { readConfiguration } from './read-configuration.ts';
import { readRejectedPage } from './rejected-list.ts';

/**
 * The console function, which renders the widget on the dashboard. It is read-only.
 *
 * Environment: `EVENT_LOG_TABLE`, `FAN_OUT_LOG_GROUP`, `REPLAY_FUNCTION_ARN`, `REJECTED_FUNCTION_ARN` if rejected deliveries
 * are kept, and `PAYLOADS`, `shown` or `hidden`; in its bundle the file of `configuration.ts`.
 */
export const handler = async (
  event: unknown,
  { invokedFunctionArn }: Pick<Context, 'invokedFunctionArn'>,
): Promise<ConsoleAnswer['body']> => {
  const answer = await answerConsole(
    event,
    {
      list: (filter, range, after) =>
        readEventPage({ log, sources, size: PAGE_SIZE, patienceMs: PATIENCE_MS }, filter, range, after),
      listRejected: (filter, range, after) =>
        readRejectedPage({ log, sources, size: PAGE_SIZE, patienceMs: PATIENCE_MS }, filter, range, after),
      open: (key) =>
        readEventDetails({ log, logs, objects, fanOutLogGroup, ingestLogGroup, payloads }, key, Date.now()),
    },
    { sources, entities, console: invokedFunctionArn, replay, rejected },
    randomUUID,
  );
  report(answer);
  return answer.body;
};

/** Fits on a screen. */
const PAGE_SIZE = 25;
/** Half of the function's time-out. */
const PATIENCE_MS = 15_000;

const { sources: configured, routing } = readConfiguration();
const entities = [...routing.entities, UNRECOGNIZED];
const sources = configured.map(({ name }) => name);
const log = { dynamo: new DynamoDBClient(AWS_CLIENT), table: environment('EVENT_LOG_TABLE') };
// Searching logs is slow.
const logs = new CloudWatchLogsClient({
  ...AWS_CLIENT,
  requestHandler: { ...AWS_CLIENT.requestHandler, requestTimeout: 10_000 },
});
const replay = environment('REPLAY_FUNCTION_ARN');
const rejected = process.env.REJECTED_FUNCTION_ARN;
// Objects are read by their URIs.
const objects = bucketObjects('');
const payloads = environment('PAYLOADS') === 'shown';
const fanOutLogGroup = environment('FAN_OUT_LOG_GROUP');
// Derived, because the names of many log groups would not fit into the environment.
const ingestLogGroup = (source: string): string | undefined =>
  sources.includes(source) ? fanOutLogGroup.replace(/fan-out$/, `ingest-${source}`) : undefined;

/** Logs which view was called, but none of its content. */
const report = ({ call, error }: ConsoleAnswer): void => {
  const view = call?.view ?? 'refused';
  const key = call?.view === 'event' ? call.key : undefined;
  print([
    error === undefined
      ? logLine('INFO', 'viewed', { view, key })
      : logLine('ERROR', 'unreadable', { view, key, cause: describeError(error) }),
  ]);
};
