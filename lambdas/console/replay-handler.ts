import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { bucketObjects } from '../bodies/objects.ts';
import type { ReplayTools } from '../replay/replay-tools.ts';
import { AWS_CLIENT, SQS_CLIENT } from '../runtime/aws-client.ts';
import { describeError } from '../runtime/describe-error.ts';
import { environment } from '../runtime/environment.ts';
import { logLine, print } from '../runtime/observe.ts';
import { readConfiguration } from './read-configuration.ts';
import { answerReplay, type ReplayAnswer } from './replay.ts';
import { sendAgain } from './send-again.ts';

/**
 * The replay function, which the button *Replay* calls. Anyone who may invoke it may replay.
 *
 * Environment: `EVENT_LOG_TABLE` and `INTAKE_QUEUE_URL`; in its bundle the file of `configuration.ts`.
 */
export const handler = async (event: unknown): Promise<ReplayAnswer['body']> => {
  const answer = await answerReplay(event, (key, replayId) => sendAgain(tools, key, replayId));
  report(answer);
  return answer.body;
};

const { sources, routing } = readConfiguration();
const tools: ReplayTools = {
  log: { dynamo: new DynamoDBClient(AWS_CLIENT), table: environment('EVENT_LOG_TABLE') },
  // Objects are read by their URIs.
  objects: bucketObjects(''),
  sqs: new SQSClient(SQS_CLIENT),
  intakeQueueUrl: environment('INTAKE_QUEUE_URL'),
  sources: new Map(sources.map((source) => [source.name, source])),
  routing,
  now: Date.now,
  sleep,
};

const report = ({ call, replayed, error }: ReplayAnswer): void => {
  const { key, replayId } = call?.view === 'replay' ? call : {};
  const outcome = replayed === undefined || 'fault' in replayed ? 'refused' : 'replayed';
  print([
    error === undefined
      ? logLine('INFO', outcome, { key, replayId })
      : logLine('ERROR', 'unsent', { key, replayId, cause: describeError(error) }),
  ]);
};
