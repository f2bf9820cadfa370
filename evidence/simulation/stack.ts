import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  SQSBatchResponse,
  SQSEvent,
} from 'aws-lambda';
import { readDelivery } from '../../lambdas/core/delivery.ts';
import { ATTRIBUTE, PARTITION_KEY } from '../../lambdas/event-log/schema.ts';
import type { GatepostEvent } from '../../lambdas/events/event.ts';
import { createFanOut } from '../../lambdas/fan-out/handler.ts';
import { createIngest, type IngestEdges } from '../../lambdas/ingest/handler.ts';
import { secretsManager } from '../../lambdas/ingest/secrets-manager.ts';
import { altoviz } from '../../lambdas/providers/altoviz/altoviz.ts';
import { augustus } from '../../lambdas/providers/augustus/augustus.ts';
import { avaza } from '../../lambdas/providers/avaza/avaza.ts';
import { hmac } from '../../lambdas/providers/hmac/hmac.ts';
import { innerSignatureCheck } from '../../lambdas/providers/ivvy/inner-signature.ts';
import { createIvvy } from '../../lambdas/providers/ivvy/ivvy.ts';
import { ivy } from '../../lambdas/providers/ivy/ivy.ts';
import { confirmSubscription } from '../../lambdas/providers/shared/sns/confirm-subscription.ts';
import { FAN_OUT_TIMEOUT_SECONDS } from '../../lib/intake-times.ts';
import { dynamoClient, type Queues, secretsClient, sqsClient } from './aws/clients.ts';
import { createFifoQueue, type FifoQueue, type SentMessage } from './aws/fifo-queue.ts';
import { createTable, type Table } from './aws/table.ts';
import { type HandOver, messageOf, type Stored } from './history.ts';
import { createFunction, type Invocation, type LambdaFunction } from './lambda.ts';
import { newVerifySns } from './own-memory.ts';
import { poisonOf } from './poison.ts';
import { startPolling } from './polling.ts';
import { scatter } from './random.ts';
import { type Schedule, type SecretSource, SOURCES, type SourceName } from './schedule.ts';
import type { Secrets } from './secrets.ts';
import { PROVIDERS } from './senders.ts';
import { nameOfArrived, namesIn } from './told.ts';
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
  const handedOver = new WeakMap<Invocation, readonly HandOver[]>();
  const storedAs = new Map<string, Stored>();
  const poison = poisonOf(schedule);

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

  const store = (message: SentMessage) => {
    const taken = intake.send(message);
    if (taken.isNew) {
      const stored = { at: clock.now(), group: message.group, ...factsOf(message.body) };
      history.stored.push(stored);
      storedAs.set(messageOf(stored), stored);
    }
    return taken;
  };

  const handOverOf = (caller: Invocation, { deliveryid }: GatepostEvent, name: string | undefined) => {
    const ofDelivery = (handedOver.get(caller) ?? []).filter(({ deliveryId }) => deliveryId === deliveryid);
    const holds = ({ message }: HandOver) => storedAs.get(message)?.names.includes(name ?? '') === true;
    return ofDelivery.length > 1 ? ofDelivery.find(holds) : ofDelivery[0];
  };

  const entityIn = (queueUrl: string) => queueUrl.slice(QUEUES.length).replace(/\.fifo$/, '');

  const queues: Queues = {
    send: (queueUrl, message, caller) => {
      const entity = entityIn(queueUrl);
      if (entity === 'intake') return store(message);
      const queue = entityQueues.get(entity);
      if (queue === undefined) throw new Error(`there is no queue ${queueUrl}`);
      const taken = queue.send(message);
      if (taken.isNew) {
        const event = JSON.parse(message.body) as GatepostEvent;
        const name = nameOfArrived(event);
        history.sent.push({
          at: clock.now(),
          entity,
          group: message.group,
          key: event.id,
          deliveryId: event.deliveryid,
          name,
          reason: event.reason,
          handOver: handOverOf(caller, event, name),
        });
      }
      return taken;
    },
    refusal: (queueUrl, { body }) =>
      poison.isEmpty || entityIn(queueUrl) === 'intake' ? undefined : poison.message(JSON.parse(body)),
  };
  const sqs = sqsClient(calls, queues, `${QUEUES}intake.fifo`);
  const chooseBy = (number: number) => {
    let chosen = 0;
    return (processes: number) => Math.floor(scatter(schedule.seed, ++chosen, number) * processes);
  };

  const ingestOf = (source: SourceName): IngestFunction =>
    createFunction(clock, {
      timeout: INGEST_TIMEOUT,
      choose: chooseBy(13 + SOURCES.indexOf(source)),
      skew: () => skews.get(source) ?? 0,
      start: () => {
        Object.assign(process.env, {
          SOURCE: JSON.stringify({ name: source, provider: source, settings: settingsOf(source, schedule) }),
          INTAKE_QUEUE_URL: `${QUEUES}intake.fifo`,
          BODIES_BUCKET: 'gatepost-bodies',
          SECRET_ARN: source,
        });
        const client = secretsClient(calls, secrets.at(source as SecretSource), (stage) =>
          history.secretReads.push({ source, stage, at: clock.now() }),
        );
        return INGESTS[source]({ sqs, secretVersions: (secretArn) => secretsManager(secretArn, client) });
      },
    });

  const dynamo = dynamoClient(calls, noting(createTable(PARTITION_KEY), world), {
    isNote: (item) => item[ATTRIBUTE.done] !== undefined,
    isRefused: poison.item,
  });
  const fanOut = createFunction<SQSEvent, SQSBatchResponse>(clock, {
    timeout: FAN_OUT_TIMEOUT_SECONDS * SECOND,
    choose: chooseBy(12),
    skew: () => skews.get('fan-out') ?? 0,
    start: () => {
      Object.assign(process.env, FAN_OUT_ENVIRONMENT, { RETENTION_SECONDS: String(setup.retention) });
      return createFanOut({ sqs, dynamo });
    },
  });
  const polling = startPolling(world, intake, fanOut, (invocation, messages) =>
    handedOver.set(invocation, messages),
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
  hmac: (edges) => createIngest(hmac, edges),
};

const settingsOf = (source: SourceName, { setup }: Schedule): object => {
  const { innerSignature, rotationGrace, repeatWindow } = setup;
  switch (source) {
    case 'ivvy':
      return { accountIds: ['14'], innerSignature };
    case 'altoviz':
    case 'avaza':
      return { rotationGrace, repeatWindow };
    case 'hmac':
      return { ...HMAC_SETTINGS, rotationGrace, repeatWindow };
    default:
      return { rotationGrace };
  }
};

/** A sender that puts several events into a list, counts its tries, and gives some events no id. */
const HMAC_SETTINGS = {
  name: 'lists',
  events: { 'deal.created': 'deal.created' },
  header: 'x-signature',
  signedContent: '{body}',
  items: 'body:events',
  eventName: 'item:type',
  eventId: 'item:id',
  entityId: 'item:deal',
  volatile: ['item:attempt'],
} as const;

const factsOf = (message: string): Omit<Stored, 'at' | 'group'> => {
  const { deliveryId, source, body = '', bodyEncoding = 'utf8', items, receivedAt } = readDelivery(message);
  return {
    deliveryId,
    source: source.name as SourceName,
    receivedAt: Date.parse(receivedAt),
    body,
    isPart: items !== undefined,
    names: namesIn(Buffer.from(body, bodyEncoding).toString('latin1')),
  };
};

/** The table, which notes who claims what. */
const noting = (table: Table, { clock, history }: World): Table => ({
  ...table,
  put: (input) => {
    const done = table.put(input);
    const { [PARTITION_KEY]: key, [ATTRIBUTE.deliveryId]: deliveryId } = input.Item ?? {};
    if (done.isWritten && deliveryId?.S !== undefined)
      history.claims.push({ at: clock.now(), key: key?.S ?? '', deliveryId: deliveryId.S });
    return done;
  },
});
