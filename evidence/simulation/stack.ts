import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  SQSBatchResponse,
  SQSEvent,
} from 'aws-lambda';
import { readDelivery } from '../../lambdas/core/delivery.ts';
import { PARTITION_KEY } from '../../lambdas/event-log/schema.ts';
import type { GatepostEvent } from '../../lambdas/events/event.ts';
import { createFanOut } from '../../lambdas/fan-out/handler.ts';
import { createIngest, type IngestEdges } from '../../lambdas/ingest/handler.ts';
import { secretsManager } from '../../lambdas/ingest/secrets-manager.ts';
import { altoviz } from '../../lambdas/providers/altoviz/altoviz.ts';
import { augustus } from '../../lambdas/providers/augustus/augustus.ts';
import { avaza } from '../../lambdas/providers/avaza/avaza.ts';
import { innerSignatureCheck } from '../../lambdas/providers/ivvy/inner-signature.ts';
import { createIvvy } from '../../lambdas/providers/ivvy/ivvy.ts';
import { ivy } from '../../lambdas/providers/ivy/ivy.ts';
import { confirmSubscription } from '../../lambdas/providers/shared/sns/confirm-subscription.ts';
import { FAN_OUT_TIMEOUT_SECONDS } from '../../lib/intake-times.ts';
import { dynamoClient, type SendTo, secretsClient, sqsClient } from './aws/clients.ts';
import { createFifoQueue, type FifoQueue } from './aws/fifo-queue.ts';
import { createTable, type Table } from './aws/table.ts';
import type { HandOver } from './history.ts';
import { createFunction, type Invocation, type LambdaFunction } from './lambda.ts';
import { newVerifySns } from './own-memory.ts';
import { startPolling } from './polling.ts';
import { type Schedule, type SecretSource, SOURCES, type SourceName } from './schedule.ts';
import type { Secrets } from './secrets.ts';
import { PROVIDERS } from './senders.ts';
import type { World } from './world.ts';

export type IngestFunction = LambdaFunction<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>;

/** The stack: its functions run the code that Lambda runs, its queues and its table are simulated. */
export interface Stack {
  readonly ingests: Readonly<Record<SourceName, IngestFunction>>;
  readonly intake: FifoQueue;
  /** Moves the dead letters of the intake queue back. */
  redrive(): void;
}

const SECOND = 1_000;
/** lib/ingest.ts */
const INGEST_TIMEOUT = 10 * SECOND;

const QUEUES = 'https://sqs.eu-west-1.amazonaws.com/123456789012/gatepost-';

export const createStack = (world: World, secrets: Secrets): Stack => {
  const { schedule, clock, calls, history, skews } = world;
  const { setup } = schedule;
  const handedOver = new WeakMap<Invocation, ReadonlyMap<string, HandOver>>();

  const intake = createFifoQueue(clock, {
    name: 'intake',
    visibility: setup.visibility * SECOND,
    maxReceiveCount: setup.maxReceiveCount,
    wake: () => polling.wake(),
  });
  const entityQueues = new Map(
    ENTITIES.map((entity) => [
      entity,
      createFifoQueue(clock, {
        name: entity,
        visibility: 30 * SECOND,
        maxReceiveCount: 5,
        wake: () => undefined,
      }),
    ]),
  );

  const sendTo: SendTo = (queueUrl, message, caller) => {
    const entity = queueUrl.slice(QUEUES.length).replace(/\.fifo$/, '');
    if (entity === 'intake') {
      const taken = intake.send(message);
      if (taken.isNew)
        history.stored.push({ at: clock.now(), group: message.group, ...factsOf(message.body) });
      return taken;
    }
    const queue = entityQueues.get(entity);
    if (queue === undefined) throw new Error(`there is no queue ${queueUrl}`);
    const taken = queue.send(message);
    if (taken.isNew) {
      const event = JSON.parse(message.body) as GatepostEvent;
      const handOver = handedOver.get(caller)?.get(event.deliveryid);
      history.sent.push({
        at: clock.now(),
        entity,
        group: message.group,
        key: event.id,
        deliveryId: event.deliveryid,
        event: numberIn(event.data),
        handOver,
      });
    }
    return taken;
  };
  const sqs = sqsClient(calls, sendTo);

  const ingestOf = (source: SourceName): IngestFunction =>
    createFunction(clock, {
      timeout: INGEST_TIMEOUT,
      skew: () => skews.get(source) ?? 0,
      start: () => {
        Object.assign(process.env, {
          SOURCE: JSON.stringify({ name: source, provider: source, settings: settingsOf(source, schedule) }),
          INTAKE_QUEUE_URL: `${QUEUES}intake.fifo`,
          BODIES_BUCKET: 'gatepost-bodies',
          SECRET_ARN: source,
        });
        const client = secretsClient(calls, secrets.at(source as SecretSource));
        return INGESTS[source]({ sqs, secretVersions: (secretArn) => secretsManager(secretArn, client) });
      },
    });

  const eventLog = noting(createTable(PARTITION_KEY), world);
  const fanOut = createFunction<SQSEvent, SQSBatchResponse>(clock, {
    timeout: FAN_OUT_TIMEOUT_SECONDS * SECOND,
    skew: () => skews.get('fan-out') ?? 0,
    start: () => {
      Object.assign(process.env, FAN_OUT_ENVIRONMENT, { RETENTION_SECONDS: String(setup.retention) });
      return createFanOut({ sqs, dynamo: dynamoClient(calls, eventLog) });
    },
  });
  const polling = startPolling(world, intake, fanOut, (invocation, deliveries) =>
    handedOver.set(invocation, deliveries),
  );

  return {
    ingests: Object.fromEntries(SOURCES.map((source) => [source, ingestOf(source)])) as Stack['ingests'],
    intake,
    redrive: () => {
      polling.noteRedriven(intake.deadLetters);
      intake.redrive();
    },
  };
};

const ENTITIES = [...Object.values(PROVIDERS).map(({ entity }) => entity), 'unrecognized'];

const FAN_OUT_ENVIRONMENT = {
  EVENT_LOG_TABLE: 'gatepost-event-log',
  BODIES_BUCKET: 'gatepost-bodies',
  UNRECOGNIZED_QUEUE_URL: `${QUEUES}unrecognized.fifo`,
  ENTITIES: ENTITIES.filter((entity) => entity !== 'unrecognized').join(','),
} as const;

/** A new process of each provider's function: iVvy's begins with an empty memory of its own. */
const INGESTS: Readonly<Record<SourceName, (edges: IngestEdges) => ReturnType<typeof createIngest>>> = {
  ivvy: (edges) =>
    createIngest(
      createIvvy({ verify: newVerifySns(), confirm: confirmSubscription, checkInner: innerSignatureCheck() }),
      edges,
    ),
  ivy: (edges) => createIngest(ivy, edges),
  augustus: (edges) => createIngest(augustus, edges),
  altoviz: (edges) => createIngest(altoviz, edges),
  avaza: (edges) => createIngest(avaza, edges),
};

const settingsOf = (source: SourceName, { setup }: Schedule): object =>
  source === 'ivvy'
    ? { accountIds: ['14'], innerSignature: setup.innerSignature }
    : { rotationGrace: setup.rotationGrace };

const factsOf = (body: string) => {
  const { deliveryId, source, body: content } = readDelivery(body);
  return { deliveryId, source: source.name as SourceName, body: content ?? '' };
};

/** Every payload of the simulation says which event it is of; what nobody understood has the whole body for a payload. */
const numberIn = (data: unknown): number | undefined => {
  const match = /"event\\*":(\d+)/.exec(JSON.stringify(data) ?? '');
  return match === null ? undefined : Number(match[1]);
};

/** The table, which notes who claims what. */
const noting = (table: Table, { clock, history }: World): Table => ({
  ...table,
  put: (input) => {
    const isWritten = table.put(input);
    const { [PARTITION_KEY]: key, deliveryId } = input.Item ?? {};
    if (isWritten)
      history.claims.push({ at: clock.now(), key: key?.S ?? '', deliveryId: deliveryId?.S ?? '' });
    return isWritten;
  },
});
