import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  SQSBatchResponse,
  SQSEvent,
} from 'aws-lambda';
import { readDelivery, type StoredDelivery } from '../../lambdas/core/delivery.ts';
import { UNRECOGNIZED } from '../../lambdas/core/entity.ts';
import {
  consumerQueue,
  deadLettersOf,
  type RoutedConsumer,
  type RoutingTable,
} from '../../lambdas/core/routing-table.ts';
import { ATTRIBUTE, PARTITION_KEY } from '../../lambdas/event-log/schema.ts';
import type { GatepostEvent } from '../../lambdas/events/event.ts';
import { createFanOut } from '../../lambdas/fan-out/fan-out.ts';
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
import { BUCKET, createBucket, keyOf, objectsIn } from './aws/bucket.ts';
import { dynamoClient, type Queues, secretsClient, sqsClient } from './aws/clients.ts';
import { createFifoQueue, type FifoQueue, type SentMessage } from './aws/fifo-queue.ts';
import { createTable, type Table } from './aws/table.ts';
import { type HandOver, messageOf, type Reference, type Stored } from './history.ts';
import { createFunction, type Invocation, type LambdaFunction } from './lambda.ts';
import { newVerifySns } from './own-memory.ts';
import { poisonOf } from './poison.ts';
import { startPolling } from './polling.ts';
import { scatter } from './random.ts';
import { createRejecting, type Rejecting } from './rejecting.ts';
import { type SecretSource, SOURCES, type SourceName } from './schedule.ts';
import type { Secrets } from './secrets.ts';
import { PROVIDERS } from './senders.ts';
import { settingsOf } from './settings.ts';
import { contentOf, nameInContent, namesIn, textOf } from './told.ts';
import type { World } from './world.ts';

export type IngestFunction = LambdaFunction<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>;

/** The stack: its functions run the code that Lambda runs, its queues, its table and its bucket are simulated. */
export interface Stack extends Pick<Rejecting, 'takeBack' | 'isIdle'> {
  /** The function as it was deployed last. */
  ingestOf(source: SourceName): IngestFunction;
  /** From now on the functions have the source's settings of now. */
  deploy(source: SourceName): void;
  readonly listRejected: Rejecting['list'];
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

  const bucket = createBucket((key) => history.overwritten.push(key));
  const objects = objectsIn(calls, bucket);
  const refer = (by: Reference['by'], uri: string | undefined, of: string): Buffer | undefined => {
    if (uri === undefined) return undefined;
    const key = keyOf(uri);
    const object = bucket.has(key) ? bucket.get(key) : undefined;
    const tells = namesIn(object?.toString('latin1') ?? '').length;
    history.references.push({ by, key, of, isThere: object !== undefined, tells });
    return object;
  };

  const store = (message: SentMessage, caller: Invocation) => {
    const taken = intake.send(message);
    if (taken.isNew) {
      const delivery = readDelivery(message.body);
      const body = refer('intake', delivery.bodyRef, delivery.deliveryId);
      const stored = { at: clock.now(), group: message.group, ...factsOf(delivery, body) };
      history.stored.push(stored);
      storedAs.set(messageOf(stored), stored);
      rejecting.noteStored(caller, stored);
    }
    return taken;
  };

  const handOverOf = (caller: Invocation, { deliveryid }: GatepostEvent, name: string | undefined) => {
    const ofDelivery = (handedOver.get(caller) ?? []).filter(({ deliveryId }) => deliveryId === deliveryid);
    const holds = ({ message }: HandOver) => storedAs.get(message)?.names.includes(name ?? '') === true;
    return ofDelivery.length > 1 ? ofDelivery.find(holds) : ofDelivery[0];
  };

  const consumerQueues = new Map(
    (setup.consumers ? CONSUMERS : []).flatMap(({ name, queues: kind }) =>
      [
        deadLettersOf(name),
        ...(kind === 'one' ? [name] : ENTITIES.map((entity) => consumerQueue(name, entity))),
      ].map((queue) => [
        queue,
        createFifoQueue(clock, {
          name: queue,
          visibility: 30 * SECOND,
          maxReceiveCount: 5,
          wake: () => undefined,
        }),
      ]),
    ),
  );

  const entityIn = (queueUrl: string) => queueUrl.slice(QUEUES.length).replace(/\.fifo$/, '');

  const queues: Queues = {
    send: (queueUrl, message, caller) => {
      const entity = entityIn(queueUrl);
      if (entity === 'intake') return store(message, caller);
      if (entity === 'rejected') return rejecting.send(message);
      const queue = entityQueues.get(entity) ?? consumerQueues.get(entity);
      if (queue === undefined) throw new Error(`there is no queue ${queueUrl}`);
      const consumer = CONSUMERS.find(({ name }) => entity.split(/[_-]/)[0] === name)?.name;
      const taken = queue.send(message);
      handedOver.get(caller)?.[0]?.sent.add(message.deduplicationId);
      if (taken.isNew) {
        const event = JSON.parse(message.body) as GatepostEvent;
        const object = refer('event', event.dataref, event.id);
        const content = object === undefined ? contentOf(event) : contentOfObject(object, event);
        const name = nameInContent(content);
        (history.sentTo.get(consumer ?? '') ?? history.sent).push({
          at: clock.now(),
          entity: consumer === undefined ? entity : event.entity,
          isDead: entity.endsWith('-dlq'),
          group: message.group,
          key: event.id,
          deliveryId: event.deliveryid,
          name,
          reason: event.reason,
          content,
          refersTo: event.dataref && keyOf(event.dataref),
          handOver: handOverOf(caller, event, name),
        });
      }
      return taken;
    },
    refusal: (queueUrl, { body }) =>
      poison.isEmpty || entityIn(queueUrl) === 'intake' ? undefined : poison.message(JSON.parse(body)),
  };
  const sqs = sqsClient(calls, queues, (queueUrl) => {
    const queue = entityIn(queueUrl);
    if (queue === 'intake') return 'store';
    return consumerQueues.has(queue) ? 'consumer' : 'SendMessageBatch';
  });
  const chooseBy = (number: number) => {
    let chosen = 0;
    return (processes: number) => Math.floor(scatter(schedule.seed, ++chosen, number) * processes);
  };

  const newIngest = (source: SourceName): IngestFunction =>
    createFunction(clock, {
      timeout: INGEST_TIMEOUT,
      choose: chooseBy(13 + SOURCES.indexOf(source)),
      skew: () => skews.get(source) ?? 0,
      start: () => {
        const settings = settingsOf(source, schedule, clock.now());
        Object.assign(process.env, {
          SOURCE: JSON.stringify({ name: source, provider: source, settings }),
          INTAKE_QUEUE_URL: `${QUEUES}intake.fifo`,
          REJECTED_QUEUE_URL: `${QUEUES}rejected.fifo`,
          BODIES_BUCKET: BUCKET,
          SECRET_ARN: source,
        });
        const client = secretsClient(
          calls,
          () => secrets.at(source as SecretSource),
          (stage) => history.secretReads.push({ source, stage, at: clock.now() }),
        );
        const secretVersions = (secretArn: string) => secretsManager(secretArn, client);
        return INGESTS[source]({ sqs, secretVersions, objects });
      },
    });
  const ingests = new Map(SOURCES.map((source) => [source, newIngest(source)]));

  const table = noting(createTable(PARTITION_KEY), world, refer);
  const rejecting = createRejecting(world, { secrets, table, bucket, sqs });

  const dynamo = dynamoClient(calls, table, {
    get: 'GetItem',
    put: (item) => (item[ATTRIBUTE.done] === undefined ? 'PutItem' : 'note'),
    update: ({ UpdateExpression = '' }) =>
      UpdateExpression.includes(ATTRIBUTE.sentTo) ? 'note' : 'UpdateItem',
    isRefused: poison.item,
  });
  const fanOut = createFunction<SQSEvent, SQSBatchResponse>(clock, {
    timeout: FAN_OUT_TIMEOUT_SECONDS * SECOND,
    choose: chooseBy(12),
    skew: () => skews.get('fan-out') ?? 0,
    start: () => {
      Object.assign(process.env, FAN_OUT_ENVIRONMENT, { RETENTION_SECONDS: String(setup.retention) });
      return createFanOut({
        sqs,
        dynamo,
        objects,
        routing: setup.consumers ? WITH_CONSUMERS : ENTITY_QUEUES,
      });
    },
  });
  const polling = startPolling(world, intake, fanOut, (invocation, messages) =>
    handedOver.set(invocation, messages),
  );

  return {
    ingestOf: (source) => ingests.get(source) as IngestFunction,
    deploy: (source) => {
      ingests.set(source, newIngest(source));
      rejecting.deploy();
    },
    intake,
    takeBack: rejecting.takeBack,
    listRejected: rejecting.list,
    isIdle: rejecting.isIdle,
    redrive: () => {
      polling.noteRedriven(intake.deadLetters);
      intake.redrive();
    },
  };
};

const ENTITIES = [...Object.values(PROVIDERS).map(({ entity }) => entity), 'unrecognized'];

/** Gets all events in one queue, and gets each entity in its own. */
export const CONSUMERS = [
  { name: 'all', events: ['*'], queues: 'one' },
  { name: 'each', events: ['*.*'], queues: 'per-entity' },
] as const satisfies readonly RoutedConsumer[];

const ENTITY_QUEUES: RoutingTable = {
  entities: ENTITIES.filter((entity) => entity !== UNRECOGNIZED),
  entityQueues: true,
  consumers: [],
};
const WITH_CONSUMERS: RoutingTable = { ...ENTITY_QUEUES, consumers: CONSUMERS };

const FAN_OUT_ENVIRONMENT = {
  EVENT_LOG_TABLE: 'gatepost-event-log',
  BODIES_BUCKET: BUCKET,
  UNRECOGNIZED_QUEUE_URL: `${QUEUES}unrecognized.fifo`,
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

/** @param object the body, where it lies in an object. */
const factsOf = (delivery: StoredDelivery, object: Buffer | undefined): Omit<Stored, 'at' | 'group'> => {
  const { deliveryId, source, bodyEncoding = 'utf8', items, chosen, receivedAt, retry } = delivery;
  const body = delivery.body ?? object?.toString(bodyEncoding) ?? '';
  const names = namesIn(Buffer.from(body, bodyEncoding).toString('latin1'));
  return {
    deliveryId,
    source: source.name as SourceName,
    receivedAt: Date.parse(receivedAt),
    body,
    isPart: items !== undefined,
    names: chosen === undefined ? names : chosen.map((number) => names[number] ?? ''),
    retryOf: retry?.of,
  };
};

/** The content of an event that refers to an object: what is JSON as it would stand in the event. */
const contentOfObject = (object: Buffer, { datacontenttype }: GatepostEvent): string =>
  datacontenttype === 'application/json' ? JSON.stringify(JSON.parse(object.toString())) : textOf(object);

/** The table, which notes who claims what, and what is kept. */
const noting = (
  table: Table,
  { clock, history }: World,
  refer: (by: Reference['by'], uri: string | undefined, key: string) => void,
): Table => ({
  ...table,
  put: (input) => {
    const done = table.put(input);
    const { [PARTITION_KEY]: { S: key = '' } = {}, [ATTRIBUTE.deliveryId]: deliveryId } = input.Item ?? {};
    if (!done.isWritten || deliveryId?.S === undefined) return done;
    const rejection = history.rejections.get(deliveryId.S);
    if (rejection !== undefined) rejection.isKept = true;
    else history.claims.push({ at: clock.now(), key, deliveryId: deliveryId.S });
    const by = rejection === undefined ? 'event-log' : 'rejection';
    refer(by, input.Item?.[ATTRIBUTE.bodyRef]?.S, key);
    return done;
  },
  update: (input) => {
    const done = table.update(input);
    const { S: key = '' } = input.Key?.[PARTITION_KEY] ?? {};
    const count = table.items.get(key)?.[ATTRIBUTE.count]?.N;
    if (count !== undefined) history.quotas.set(key, Number(count));
    return done;
  },
});
