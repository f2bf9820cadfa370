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
 * @param sqsUrl SQS with the permission check, for callers with a function's credentials.
 * @param warning called with a sentence when polling fails; it goes on.
 * @throws {AssemblyError} where one can't be run on this machine.
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
        // The function reads what it is handed, and would say what is wrong with it.
        md5: false,
      }),
  );
  const mappings = definitions.map((definition, index) =>
    startMapping(
      definition,
      clients[index] as SQSClient,
      targets[index] as (typeof targets)[number],
      (error) =>
        warning(`The messages for ${definition.functionName} can't be polled: ${errorMessage(error)}`),
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

/** Waits for what is being worked on, but not for what hangs. */
const withinTime = async (stopped: Promise<unknown>): Promise<void> => {
  const timer = new AbortController();
  await Promise.race([stopped, sleep(DRAIN_MS, undefined, { signal: timer.signal }).catch(() => undefined)]);
  timer.abort();
};
