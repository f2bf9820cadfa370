import type { JsonSchema } from '@valibot/to-json-schema';
import { QUEUE_RETENTION_SECONDS } from '../../lambdas/core/delivery.ts';
import { UNRECOGNIZED } from '../../lambdas/core/entity.ts';
import { type RoutingTable, readRoutes } from '../../lambdas/core/routing-table.ts';
import type { Source } from '../../lambdas/core/source.ts';
import { type CatalogueEvent, possibleEvents } from '../../lambdas/providers/possible-events.ts';
import type { Documentation } from '../../lambdas/providers/shapes/documentation.ts';
import { documented } from '../../lambdas/providers/shapes/documented.ts';
import { envelope } from './envelope-schema.ts';
import { dataSchema } from './json-schema.ts';

/** What an AsyncAPI document describes. */
export interface DescribedApp {
  /** The version of the document. */
  readonly version: string;
  readonly prefix: string;
  readonly sources: readonly Source[];
  readonly routing: RoutingTable;
  /** Where its queues are. */
  readonly server: Readonly<Record<string, unknown>>;
  /** What is known of a queue, by its name without the prefix and `.fifo`. */
  settingsOf(queue: string): QueueSettings;
}

export interface QueueSettings {
  /** In seconds. */
  readonly visibilityTimeout: number;
  readonly maxReceiveCount: number;
  /** The name of its dead-letter queue, with the prefix and `.fifo`. */
  readonly deadLetterQueue: string;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * The AsyncAPI document of an app: its queues as channels, and the types of the events in them as messages.
 *
 * @see https://www.asyncapi.com/docs/reference/specification/v3.0.0
 */
export const asyncApiDocument = (app: DescribedApp): Json => {
  const { version, prefix, sources, routing, server } = app;
  const possible = possibleEvents(sources);
  const channels = [...messagesByQueue(possible, routing)];
  return {
    asyncapi: '3.0.0',
    info: {
      title: `Gatepost (${prefix})`,
      version,
      description: 'The queues that Gatepost sends events to. Each message is one event.',
    },
    defaultContentType: CLOUD_EVENT,
    servers: { sqs: server },
    channels: Object.fromEntries(channels.map(([queue, types]) => [queue, channelOf(app, queue, types)])),
    operations: Object.fromEntries(
      channels.map(([queue]) => [`send-${queue}`, { action: 'send', channel: refTo('channels', queue) }]),
    ),
    components: {
      messages: {
        ...Object.fromEntries([...byType(possible)].map(([type, events]) => [type, messageOf(type, events)])),
        [UNLISTED]: unlistedMessage,
        [UNRECOGNIZED]: unrecognizedMessage,
      },
      schemas: { envelope, attributes, ...dataSchemas(possible) },
    },
  };
};

const CLOUD_EVENT = 'application/cloudevents+json';

/** The key of the message for events whose names no catalogue lists. No type is called so, since types have dots. */
const UNLISTED = 'unlisted';

/** An action that no catalogue has, since it is no name. */
const ANY_OTHER = '?';

/** The keys of the messages that each queue gets, by the queue's name without the prefix and `.fifo`. */
const messagesByQueue = (
  possible: readonly CatalogueEvent[],
  routing: RoutingTable,
): ReadonlyMap<string, ReadonlySet<string>> => {
  const routes = readRoutes(routing);
  const found = possible.flatMap((event) => [
    ...routes(event).map(({ queue }) => [queue, typeOf(event)] as const),
    ...routes({ ...event, action: ANY_OTHER }).map(({ queue }) => [queue, UNLISTED] as const),
  ]);
  const queues = Map.groupBy([...found, [UNRECOGNIZED, UNRECOGNIZED] as const], ([queue]) => queue);
  return new Map(
    [...queues.keys()]
      .sort()
      .map((queue) => [queue, new Set((queues.get(queue) ?? []).map(([, key]) => key).sort())]),
  );
};

const typeOf = ({ provider, entity, action }: CatalogueEvent): string => `${provider}.${entity}.${action}`;

const byType = (possible: readonly CatalogueEvent[]): ReadonlyMap<string, readonly CatalogueEvent[]> =>
  new Map([...Map.groupBy(possible, typeOf)].sort(([one], [other]) => (one < other ? -1 : 1)));

const refTo = (section: string, key: string): Json => ({ $ref: `#/${section}/${key}` });

const channelOf = (
  { prefix, routing, settingsOf }: DescribedApp,
  queue: string,
  types: ReadonlySet<string>,
): Json => {
  const { visibilityTimeout, maxReceiveCount, deadLetterQueue } = settingsOf(queue);
  const name = `${prefix}-${queue}.fifo`;
  return {
    address: name,
    description: describe(queue, routing),
    messages: Object.fromEntries([...types].map((type) => [type, refTo('components/messages', type)])),
    bindings: {
      sqs: {
        queue: {
          ...fifo(name),
          visibilityTimeout,
          redrivePolicy: { deadLetterQueue: { name: deadLetterQueue }, maxReceiveCount },
        },
        deadLetterQueue: fifo(deadLetterQueue),
        bindingVersion: '0.2.0',
      },
    },
  };
};

/** What every queue of Gatepost has. */
const fifo = (name: string): Json => ({
  name,
  fifoQueue: true,
  deduplicationScope: 'messageGroup',
  fifoThroughputLimit: 'perMessageGroupId',
  messageRetentionPeriod: QUEUE_RETENTION_SECONDS,
});

const describe = (queue: string, { entities, consumers }: RoutingTable): string => {
  if (queue === UNRECOGNIZED) return 'What is authentic and not understood.';
  if (entities.includes(queue)) return `The events of the entity ${queue}.`;
  const [name = '', entity] = queue.split('_');
  const { events = [] } = consumers.find((one) => one.name === name) ?? {};
  const of = entity === undefined ? 'Events' : `Events of the entity ${entity}`;
  return `${of} for the consumer ${name}: ${events.join(', ')}.`;
};

const messageOf = (type: string, events: readonly CatalogueEvent[]): Json => {
  const [{ provider, entity, action } = { provider: '', entity: '', action: '' }] = events;
  const names = [...new Set(events.map(({ name }) => name))];
  return {
    name: type,
    summary: `The provider's name: ${names.join(', ')}`,
    contentType: CLOUD_EVENT,
    headers: ATTRIBUTES,
    payload: {
      allOf: [ENVELOPE],
      type: 'object',
      properties: {
        type: { const: type },
        provider: { const: provider },
        entity: { const: entity },
        action: { const: action },
        ...(shapeOf(provider, entity, action) !== undefined && { data: refTo('components/schemas', type) }),
      },
    },
  };
};

const ATTRIBUTES = refTo('components/schemas', 'attributes');
const ENVELOPE = refTo('components/schemas', 'envelope');

const unlistedMessage: Json = {
  name: UNLISTED,
  summary: 'An event of an entity of the queue, with an action that no catalogue lists',
  contentType: CLOUD_EVENT,
  headers: ATTRIBUTES,
  payload: ENVELOPE,
};

const unrecognizedMessage: Json = {
  name: UNRECOGNIZED,
  summary: 'An authentic delivery, or an item of one, that is not understood',
  contentType: CLOUD_EVENT,
  headers: ATTRIBUTES,
  payload: {
    allOf: [ENVELOPE],
    type: 'object',
    properties: { entity: { const: UNRECOGNIZED }, action: { const: 'received' } },
  },
};

const attributes: JsonSchema = {
  title: 'The attributes of a message',
  description: 'They repeat those of the event, for consumers that filter without parsing.',
  type: 'object',
  properties: {
    provider: { type: 'string' },
    entity: { type: 'string' },
    action: { type: 'string' },
    type: { type: 'string' },
    queue: { type: 'string', description: 'The name of the queue that the message was sent to.' },
  },
};

/** The documentation of a provider with a catalogue of its own. */
const documentationOf = (provider: string): Documentation | undefined =>
  Object.hasOwn(documented, provider) ? documented[provider as keyof typeof documented] : undefined;

const shapeOf = (provider: string, entity: string, action: string) => {
  const data = documentationOf(provider)?.data ?? {};
  return Object.hasOwn(data, `${entity}.${action}`) ? data[`${entity}.${action}`] : undefined;
};

/** The schemas of documented data, by type, and those with names that they refer to, by `<provider>.<name>`. */
const dataSchemas = (possible: readonly CatalogueEvent[]): Readonly<Record<string, JsonSchema>> => {
  const schemas = new Map<string, JsonSchema>();
  for (const [type, [event]] of byType(possible)) {
    const { provider = '', entity = '', action = '' } = event ?? {};
    const shape = shapeOf(provider, entity, action);
    if (shape === undefined) continue;
    const { title = provider } = documentationOf(provider) ?? {};
    const refOf = (name: string): string => `#/components/schemas/${provider}.${name}`;
    const { schema, named } = dataSchema(type, title, shape, refOf);
    schemas.set(type, schema);
    for (const [name, one] of named) schemas.set(`${provider}.${name}`, one);
  }
  return Object.fromEntries([...schemas].sort(([one], [other]) => (one < other ? -1 : 1)));
};
