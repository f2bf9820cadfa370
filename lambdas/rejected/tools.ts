import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { bucketObjects } from '../bodies/objects.ts';
import { intakeQueue } from '../ingest/store.ts';
import { AWS_CLIENT } from '../runtime/aws-client.ts';
import { readBundleFile } from '../runtime/bundle-file.ts';
import { environment } from '../runtime/environment.ts';
import { REJECTED_CONFIGURATION_FILE, type RejectedConfiguration } from './configuration.ts';
import { openSource, secretsOf } from './gates.ts';
import type { RetryTools } from './retry.ts';

/**
 * Connects what a function checks rejected requests again with.
 *
 * Environment: `EVENT_LOG_TABLE`, `INTAKE_QUEUE_URL`, `BODIES_BUCKET` and `PREFIX`, of the names of secrets; in its
 * bundle the file of `configuration.ts`.
 *
 * @returns the tools of an invocation, by whether it has time for another request.
 */
export const connectTools = (): ((hasTime: () => boolean) => RetryTools) => {
  const sources = new Map(
    readBundleFile<RejectedConfiguration>(REJECTED_CONFIGURATION_FILE).sources.map((source) => [
      source.name,
      source,
    ]),
  );
  const log = { dynamo: new DynamoDBClient(AWS_CLIENT), table: environment('EVENT_LOG_TABLE') };
  const store = intakeQueue(environment('INTAKE_QUEUE_URL'));
  const objects = bucketObjects(environment('BODIES_BUCKET'));
  const load = secretsOf(environment('PREFIX'));
  return (hasTime) => ({
    log,
    open: (name) => {
      const source = sources.get(name);
      return source && openSource(source, load);
    },
    store,
    objects,
    now: Date.now,
    hasTime,
  });
};
