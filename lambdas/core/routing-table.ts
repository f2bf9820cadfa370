import { UNRECOGNIZED } from './entity.ts';
import { type MatchedEvent, matchesPattern, readEventPattern } from './event-pattern.ts';

/** A file in the bundle of each function that needs a {@link RoutingTable}, which is too large for an environment. */
export const ROUTING_FILE = 'routing.json';

/** Under this name the metadata of the stack's template has the {@link RoutingTable}, for the command. */
export const ROUTING_METADATA = 'Gatepost::Routing';

/** The attribute of a message with the name of the queue that it was sent to. A dead-letter queue has messages of several. */
export const QUEUE_ATTRIBUTE = 'queue';

/** Which queues get which events. */
export interface RoutingTable {
  /** The entities that can come, without `unrecognized`. An event of another one goes to `unrecognized.fifo`. */
  readonly entities: readonly string[];
  /** Whether each entity has a queue of its own. */
  readonly entityQueues: boolean;
  readonly consumers: readonly RoutedConsumer[];
}

export interface RoutedConsumer {
  readonly name: string;
  /** Patterns over events; those of any of them are sent to the consumer. */
  readonly events: readonly string[];
  /** Whether it has one queue, or one for each entity. */
  readonly queues: 'one' | 'per-entity';
}

/** A queue that gets an event. */
export interface Destination {
  /** Its name without the stack's prefix and `.fifo`: `company`, `crm`, `audit_company`. */
  readonly queue: string;
  /** The consumer whose queue it is. Absent for the queue of an entity, and for `unrecognized`. */
  readonly consumer?: string;
}

/**
 * The queues that get an event, by its attributes.
 *
 * @param only sends to this consumer alone. Default: to all queues that want it.
 */
export type Routes = (event: MatchedEvent, only?: string) => readonly Destination[];

/**
 * Reads a routing table.
 *
 * @throws {Error} if it has a pattern that is none.
 */
export const readRoutes = ({ entityQueues, consumers }: RoutingTable): Routes => {
  const readers = consumers.map(({ name, events, queues }) => ({
    name,
    patterns: events.map(patternOf),
    queueOf: (entity: string) => (queues === 'one' ? name : consumerQueue(name, entity)),
  }));
  return (event, only) => {
    const { entity } = event;
    if (entity === UNRECOGNIZED) return [{ queue: UNRECOGNIZED }];
    const wanting = readers.filter(
      ({ name, patterns }) =>
        (only === undefined || only === name) && patterns.some((pattern) => matchesPattern(pattern, event)),
    );
    return [
      ...(entityQueues && only === undefined ? [{ queue: entity }] : []),
      ...wanting.map(({ name, queueOf }) => ({ queue: queueOf(entity), consumer: name })),
    ];
  };
};

/** The name of a consumer's queue for one entity, without the stack's prefix and `.fifo`. */
export const consumerQueue = (consumer: string, entity: string): string => `${consumer}_${entity}`;

/**
 * The names that the dead-letter queue behind a queue may have, without the stack's prefix and `.fifo`: first that of its
 * consumer, or that which an entity had in version 0.1.0; then that of all entities.
 */
export const deadLettersBehind = (queue: string): readonly string[] => [
  deadLettersOf(queue.split('_')[0] ?? queue),
  ENTITY_DEAD_LETTERS,
];

/** The name of a consumer's dead-letter queue, without the stack's prefix and `.fifo`. */
export const deadLettersOf = (consumer: string): string => `${consumer}-dlq`;

/** The name of the dead-letter queue of all queues of entities, without the stack's prefix and `.fifo`. */
export const ENTITY_DEAD_LETTERS = deadLettersOf('entities');

const patternOf = (text: string) => {
  const pattern = readEventPattern(text);
  if (pattern === undefined) throw new Error(`the routing table has "${text}", which is no pattern`);
  return pattern;
};
