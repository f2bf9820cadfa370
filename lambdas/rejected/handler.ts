import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Context } from 'aws-lambda';
import { bucketObjects } from '../bodies/objects.ts';
import { intakeQueue } from '../ingest/store.ts';
import { AWS_CLIENT } from '../runtime/aws-client.ts';
import { readBundleFile } from '../runtime/bundle-file.ts';
import { environment } from '../runtime/environment.ts';
import { logLine, print } from '../runtime/observe.ts';
import { type RejectedCall, readRejectedCall } from './call.ts';
import { REJECTED_CONFIGURATION_FILE, type RejectedConfiguration } from './configuration.ts';
import { openSource, secretsOf } from './gates.ts';
import { type Explanation, explainRejected, type Retrial, type RetryTools, retryAll } from './retry.ts';

/** The answer to a call. */
export type RejectedAnswer =
  | { readonly retrials: readonly Retrial[] }
  | { readonly explanation: Explanation | 'unknown' | 'no-source' };

/**
 * The function that checks rejected requests again. Whoever may invoke it may take them back; nothing that comes through the
 * gate invokes it. A call names requests, and brings no content.
 *
 * Environment: `EVENT_LOG_TABLE`, `INTAKE_QUEUE_URL`, `BODIES_BUCKET` and `PREFIX`, of the names of secrets; in its
 * bundle the file of `configuration.ts`.
 */
export const handler = async (
  event: unknown,
  { getRemainingTimeInMillis }: Pick<Context, 'getRemainingTimeInMillis'>,
): Promise<RejectedAnswer> => {
  const call = readRejectedCall(event);
  const tools = retryTools(() => getRemainingTimeInMillis() > RESERVE_MS);
  if (call.op === 'explain') {
    const explanation = await explainRejected(call.id, tools);
    report(call, [{ id: call.id, outcome: typeof explanation === 'string' ? explanation : 'explained' }]);
    return { explanation };
  }
  const retrials = await retryAll(call.ids, call.op === 'retry' ? call.by : undefined, tools);
  report(call, retrials);
  return { retrials };
};

/** More than any one takes. */
const RESERVE_MS = 20_000;

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

/** What the function checks with. @param hasTime whether there is time for another one. */
export const retryTools = (hasTime: () => boolean): RetryTools => ({
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

/** Logs who did what. The caller names itself; CloudTrail has the proof. */
export const report = (
  { op, by }: Pick<RejectedCall, 'op' | 'by'>,
  results: readonly (Pick<Retrial, 'id' | 'source' | 'reason' | 'deliveryId'> & {
    readonly outcome: string;
  })[],
): void =>
  print(
    results.map(({ id, outcome, source, reason, deliveryId }) =>
      logLine('INFO', MESSAGES[op], {
        op,
        rejectedId: id,
        outcome,
        source,
        reason,
        deliveryId,
        claimedBy: by,
      }),
    ),
  );

const MESSAGES = { check: 'checked', retry: 'retried', explain: 'explained' } as const;
