import { setTimeout as sleep } from 'node:timers/promises';
import { SQSClient } from '@aws-sdk/client-sqs';
import { readMapping } from '../assembly/mapping.ts';
import type { Stack } from '../assembly/stack.ts';
import { functionCredentials, REGION } from '../aws/endpoints.ts';
import { errorMessage } from '../support/error-message.ts';
import { type Mapping, startMapping } from './event-source-mapping.ts';
import type { LocalFunctions } from './start-functions.ts';

/**
 * Starts the event source mappings of the template.
 *
 * @param sqsUrl SQS behind the permission check.
 * @param warning called when polling fails; it continues.
 * @throws {AssemblyError} where the local stack can't run a mapping.
 */
export const startMappings = (
  stack: Stack,
  sqsUrl: string,
  functions: LocalFunctions,
  warning: (sentence: string) => void,
): Mapping => {
  const definitions = stack.resources('AWS::Lambda::EventSourceMapping').map(readMapping(stack));
  const targets = definitions.map(({ functionName }) => functions.named(functionName));
  const clients = targets.map(
    ({ definition }) =>
      new SQSClient({
        region: REGION,
        endpoint: sqsUrl,
        credentials: functionCredentials(definition.name),
        // The function would report a damaged message.
        md5: false,
      }),
  );
  const mappings = definitions.map((definition, index) =>
    startMapping(
      definition,
      clients[index] as SQSClient,
      targets[index] as (typeof targets)[number],
      (error) => warning(`Messages for ${definition.functionName} can't be polled: ${errorMessage(error)}`),
    ),
  );
  return {
    stop: async () => {
      await withinTime(Promise.all(mappings.map(({ stop }) => stop())));
      for (const client of clients) client.destroy();
    },
  };
};

const DRAIN_MS = 3_000;

/** Waits for invocations in progress, up to a limit. */
const withinTime = async (stopped: Promise<unknown>): Promise<void> => {
  const timer = new AbortController();
  await Promise.race([stopped, sleep(DRAIN_MS, undefined, { signal: timer.signal }).catch(() => undefined)]);
  timer.abort();
};
