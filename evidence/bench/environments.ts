import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROUTING_FILE } from '../../lambdas/core/routing-table.ts';
import { type BenchedProvider, SECRET, SOURCES } from './sources.ts';

/** What Lambda sets in every function, and where AWS is. */
export const commonEnvironment = (name: string, memoryMegabytes: number, url: string) =>
  ({
    AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'any-will-do',
    // As long as Lambda's are: it is sent along with every request.
    AWS_SESSION_TOKEN: 'x'.repeat(800),
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_REGION: 'us-east-1',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMegabytes),
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_ENDPOINT_URL_DYNAMODB: url,
    AWS_ENDPOINT_URL_S3: url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: url,
    AWS_ENDPOINT_URL_SQS: url,
  }) as const;

/** The environment of a provider's ingest function, and of whatever stands in its place. */
export const ingestEnvironment = (
  provider: BenchedProvider,
  url: string,
): Readonly<Record<string, string>> => ({
  ...commonEnvironment(`gatepost-ingest-${provider}`, 512, url),
  SOURCE: JSON.stringify({ name: provider, provider, settings: SOURCES[provider] }),
  INTAKE_QUEUE_URL: `${url}/000000000000/gatepost-intake.fifo`,
  BODIES_BUCKET: 'gatepost-bodies',
  SECRET_ARN: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:gatepost/source-a1b2c3',
  // For the floors, which ask nobody.
  SECRET,
});

/** The environment of fan-out, and of whatever stands in its place. */
export const fanOutEnvironment = (
  entities: readonly string[],
  url: string,
): Readonly<Record<string, string>> => ({
  ...commonEnvironment('gatepost-fan-out', 512, url),
  EVENT_LOG_TABLE: 'gatepost-event-log',
  BODIES_BUCKET: 'gatepost-bodies',
  RETENTION_SECONDS: String(30 * 24 * 60 * 60),
  UNRECOGNIZED_QUEUE_URL: `${url}/000000000000/gatepost-unrecognized.fifo`,
  LAMBDA_TASK_ROOT: folderWith(ROUTING_FILE, { entities, entityQueues: true, consumers: [] }),
});

/** A folder with one file of JSON, as it would be beside a function's code. */
const folderWith = (name: string, content: object): string => {
  const folder = mkdtempSync(join(tmpdir(), 'gatepost-bench-'));
  writeFileSync(join(folder, name), JSON.stringify(content));
  return folder;
};
