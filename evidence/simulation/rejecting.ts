import { gunzipSync } from 'node:zlib';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { RejectedRequest } from '../../lambdas/core/rejected-request.ts';
import { ATTRIBUTE } from '../../lambdas/event-log/schema.ts';
import type { CallAnswer } from '../../lambdas/rejected/answer-call.ts';
import { createKeeper } from '../../lambdas/rejected/keep-handler.ts';
import type { Retrial } from '../../lambdas/rejected/retry.ts';
import { BUCKET, type Bucket, connectBucket, objectsIn } from './aws/bucket.ts';
import { dynamoClient, secretsClient } from './aws/clients.ts';
import { createFifoQueue, type FifoQueue, type SentMessage } from './aws/fifo-queue.ts';
import type { Table } from './aws/table.ts';
import type { HandedRejection, RetryRun, Stored } from './history.ts';
import { createFunction, type Invocation, type LambdaFunction } from './lambda.ts';
import { newRejectedHandler, type RejectedClients } from './own-memory.ts';
import { toRecord } from './polling.ts';
import { scatter } from './random.ts';
import { type SecretSource, SOURCES, type SourceName } from './schedule.ts';
import type { Secrets } from './secrets.ts';
import { settingsOf } from './settings.ts';
import { namesIn } from './told.ts';
import type { World } from './world.ts';

/** What keeps rejected deliveries, and checks them again. */
export interface Rejecting {
  /** The queue takes a message of ingest. */
  send(message: SentMessage): { readonly id: string };
  /** Notes that an invocation stored a delivery, if it is one of what checks again. */
  noteStored(caller: Invocation, stored: Stored): void;
  /** Calls the function that checks again. @param done told what came of each; undefined where there was no answer. */
  takeBack(
    op: 'check' | 'retry',
    ids: readonly string[],
    done: (retrials: readonly Retrial[] | undefined) => void,
  ): void;
  /** What is kept and not expired, by the time of its receipt. */
  list(): readonly { readonly id: string; readonly isDone: boolean }[];
  /** From now on the function has the settings of now. */
  deploy(): void;
  /** Whether nothing waits to be kept. */
  isIdle(): boolean;
}

const SECOND = 1_000;
/** lib/rejected.ts and lib/retries.ts */
const [KEEPER_TIMEOUT, RETRY_TIMEOUT] = [30 * SECOND, 120 * SECOND];

export const createRejecting = (world: World, { secrets, table, bucket, sqs }: RejectingTools): Rejecting => {
  const { schedule, clock, calls, history } = world;
  const runs = new WeakMap<Invocation, RetryRun>();

  const queue = createFifoQueue(clock, {
    name: 'rejected',
    visibility: 6 * KEEPER_TIMEOUT,
    maxReceiveCount: Number.POSITIVE_INFINITY,
    wake: () => clock.after(20, poll),
  });
  const keeper = createFunction<SQSEvent, SQSBatchResponse>(clock, {
    timeout: KEEPER_TIMEOUT,
    choose: () => 0,
    skew: () => 0,
    start: () => {
      Object.assign(process.env, { EVENT_LOG_TABLE: 'gatepost-event-log', BODIES_BUCKET: BUCKET });
      return createKeeper({
        objects: objectsIn(calls, bucket),
        dynamo: dynamoClient(calls, table, { get: 'keep', put: () => 'keep', update: () => 'keep' }),
      });
    },
  });
  const poll = (): void => pollOnce(queue, keeper, history.rejections);

  const clients: RejectedClients = {
    sqs,
    dynamo: dynamoClient(calls, table, { get: 'find', put: () => 'mark', update: () => 'mark' }),
    secrets: secretsClient(
      calls,
      (id) => secrets.at(id.slice(`${PREFIX}/`.length) as SecretSource),
      () => undefined,
    ),
    s3: connectBucket(calls, bucket),
    configuration: () => ({
      sources: SOURCES.map((source) => ({
        name: source,
        provider: source,
        settings: settingsOf(source, schedule, clock.now()) as Readonly<Record<string, never>>,
      })),
    }),
  };
  const newFunction = (): LambdaFunction<object, CallAnswer> =>
    createFunction(clock, {
      timeout: RETRY_TIMEOUT,
      choose: (processes) => Math.floor(scatter(schedule.seed, processes, 23) * processes),
      skew: () => 0,
      start: () => newRejectedHandler(ENVIRONMENT, clients),
    });
  let retries = newFunction();

  return {
    send: (message) => {
      const taken = queue.send(message);
      if (taken.isNew) {
        const handed = toHanded(message.body);
        history.rejections.set(handed.id, handed);
      }
      return taken;
    },
    noteStored: (caller, stored) => void runs.get(caller)?.stored.push(stored),
    takeBack: (op, ids, done) => {
      const invocation = retries.invoke({ op, ids, by: 'operator' }, (ending) => {
        run.to = clock.now();
        run.ending = ending.ended === 'answered' ? 'answered' : ending.how;
        run.retrials =
          ending.ended === 'answered' && 'retrials' in ending.result ? ending.result.retrials : undefined;
        done(run.retrials);
      });
      const run: RetryRun = {
        op,
        ids,
        from: clock.now(),
        to: Number.NaN,
        ending: 'died',
        faults: invocation.faults,
        remembersFault: invocation.machine.remembersFaultUntil >= clock.now(),
        retrials: undefined,
        stored: [],
        generations: new Map(SOURCES.map((source) => [source, generationOf(source, secrets)])),
      };
      runs.set(invocation, run);
      history.retrials.push(run);
    },
    list: () =>
      [...history.rejections.values()]
        .flatMap(({ id, receivedAt }) => {
          const item = table.items.get(`rejected/${id}`);
          const isExpired = Number(item?.expiresAt?.N) * SECOND <= clock.now();
          if (item === undefined || isExpired) return [];
          const outcome = item[ATTRIBUTE.action]?.S ?? 'refused';
          return [{ id, receivedAt, isDone: outcome !== 'refused' }];
        })
        .toSorted((one, other) => one.receivedAt - other.receivedAt),
    deploy: () => {
      retries = newFunction();
    },
    isIdle: queue.isEmpty,
  };
};

export interface RejectingTools extends Pick<RejectedClients, 'sqs'> {
  readonly secrets: Secrets;
  readonly table: Table;
  readonly bucket: Bucket;
}

const PREFIX = 'gatepost';

const ENVIRONMENT = {
  EVENT_LOG_TABLE: 'gatepost-event-log',
  BODIES_BUCKET: BUCKET,
  INTAKE_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/123456789012/gatepost-intake.fifo',
  PREFIX,
} as const;

const generationOf = (source: SourceName, secrets: Secrets): number | undefined =>
  source === 'ivvy' ? 1 : secrets.generation(source);

/** Hands what waits to the function that keeps, and deletes what it is done with. */
const pollOnce = (
  queue: FifoQueue,
  keeper: LambdaFunction<SQSEvent, SQSBatchResponse>,
  rejections: ReadonlyMap<string, HandedRejection>,
): void => {
  const messages = queue.receive(10);
  if (messages.length === 0) return;
  const invocation = keeper.invoke({ Records: messages.map(toRecord) }, (ending) => {
    const failed = new Set(
      ending.ended === 'failed'
        ? messages.map(({ id }) => id)
        : ending.result.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier),
    );
    for (const message of messages) {
      note(rejections.get(message.deduplicationId), invocation, ending.ended === 'failed');
      if (!failed.has(message.id)) queue.delete(message.receipt);
    }
  });
};

/** Notes what the function made of a rejected delivery, as its log and its metrics have it. */
const note = (
  handed: HandedRejection | undefined,
  { lines, faults }: Invocation,
  hasEnded: boolean,
): void => {
  if (handed === undefined) return;
  handed.tries++;
  if (hasEnded || faults.some((fault) => fault.endsWith('late'))) handed.isCountedAgain = true;
  const { outcome, notKept } =
    lines.find(({ fields }) => fields.deliveryId === handed.id && fields.outcome !== undefined)?.fields ?? {};
  if (outcome === 'kept') handed.keeping = 'kept';
  if (outcome === 'not-kept') handed.keeping = notKept === undefined ? 'not-said' : String(notKept);
};

const toHanded = (message: string): HandedRejection => {
  const { bodyGzip, ...rest } = JSON.parse(message) as RejectedRequest;
  const body = gunzipSync(Buffer.from(bodyGzip, 'base64')).toString('latin1');
  return {
    id: rest.id,
    source: rest.source as SourceName,
    reason: rest.reason,
    isSigned: rest.isSigned,
    receivedAt: Date.parse(rest.receivedAt),
    names: namesIn(body),
    token: /"Token"\s*:\s*"([^"]+)"/.exec(body)?.[1],
    text: JSON.stringify(rest),
    tries: 0,
    isCountedAgain: false,
    keeping: undefined,
    isKept: false,
  };
};
