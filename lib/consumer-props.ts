import type { Duration } from 'aws-cdk-lib';
import {
  type EventPattern,
  matchesPattern,
  readEventPattern,
  writeEventPattern,
} from '../lambdas/core/event-pattern.ts';
import { didYouMean, nearestName } from '../lambdas/core/unknown-name.ts';
import { shown } from './checks.ts';
import { OWN_QUEUES } from './entity-queues.ts';
import type { PropNames } from './prop-names.ts';
import { SettingError } from './setting-error.ts';

/** A service that gets a copy of each event that it chooses, in queues of its own. */
export interface ConsumerProps {
  /**
   * Patterns over `<provider>.<entity>.<action>`: `['company.*', 'avaza.invoice.sent']`. A part may be `*`, two parts mean any
   * provider, and `*` alone all events. `<source>:` in front narrows a pattern to one source: `ivvy-london:booking.*`. Events
   * of `unrecognized.fifo` are in none.
   */
  readonly events: readonly string[];
  /**
   * `one`: one queue for all its events, `<prefix>-<consumer>.fifo`. `per-entity`: one for each entity,
   * `<prefix>-<consumer>_<entity>.fifo`. Default: `one`.
   */
  readonly queues?: 'one' | 'per-entity';
  /** The AWS accounts that may consume, by their ids. Each grants it to its own roles: docs/consumers.md. Default: none. */
  readonly accounts?: readonly string[];
  /** The roles and users that may consume, by their ARNs, of this account or another one. Default: none. */
  readonly principals?: readonly string[];
  /**
   * Is told of the alarms of its queues and its dead letters, beside the topics of all alarms: an address, or a list of them.
   * AWS first asks each for confirmation. Default: none.
   */
  readonly alarmEmail?: string | readonly string[];
  /** The visibility time-out of its queues, 12 hours at most. Default: 30 seconds. */
  readonly visibilityTimeout?: Duration;
  /** How often a message is received before it goes to the dead-letter queue: 1 to 1,000 times. Default: 5. */
  readonly maxReceiveCount?: number;
}

export const CONSUMER_PROPS: PropNames<ConsumerProps> = {
  events: true,
  queues: true,
  accounts: true,
  principals: true,
  alarmEmail: true,
  visibilityTimeout: true,
  maxReceiveCount: true,
};

/** An event that a source can deliver. */
export interface PossibleEvent {
  readonly source: string;
  readonly provider: string;
  readonly entity: string;
  readonly action: string;
}

/** Keeps the name of a queue for one entity within SQS's limit, with most prefixes and entities. */
const MAX_NAME_LENGTH = 32;

/**
 * @param entities the entities that can come.
 * @throws {SettingError} if the name of a consumer can't be that of a queue, or is that of another one.
 */
export const checkConsumerName = (name: string, entities: readonly string[]): void => {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || name.length > MAX_NAME_LENGTH) {
    throw new SettingError(
      `Consumer "${name}": its name must be lower-case words joined by hyphens, such as "crm", beginning with a letter, ${MAX_NAME_LENGTH} characters at most`,
    );
  }
  if (entities.includes(name)) {
    throw new SettingError(
      `Consumer "${name}": the queue of the entity "${name}" has that name; it needs another one, such as "${name}-service"`,
    );
  }
  // The dead-letter queue of all entity queues has the name that one of a consumer "entities" would have.
  if ([...OWN_QUEUES, 'entities'].includes(name) || name.endsWith('-dlq')) {
    throw new SettingError(
      `Consumer "${name}": its name conflicts with that of one of Gatepost's own queues; it needs another one`,
    );
  }
};

/**
 * Reads a consumer's patterns.
 *
 * @throws {SettingError} if one is no pattern, means the same as another one, or fits no event that can come.
 */
export const readConsumerPatterns = (
  name: string,
  events: unknown,
  possible: readonly PossibleEvent[],
): readonly EventPattern[] => {
  const at = `Consumer "${name}": events`;
  if (!Array.isArray(events) || events.length === 0) {
    throw new SettingError(
      `${at} is ${shown(events)}; it must be a list of patterns, such as ["company.*", "avaza.invoice.sent"], or ["*"] for all events`,
    );
  }
  const written = new Map<string, string>();
  return events.map((text: unknown) => {
    const pattern = typeof text === 'string' ? readEventPattern(text) : undefined;
    if (typeof text !== 'string' || pattern === undefined) {
      throw new SettingError(
        `${at} has ${shown(text)}; a pattern is <provider>.<entity>.<action> or <entity>.<action>, where each part may be *, such as "company.*" or "ivvy-london:booking.created"`,
      );
    }
    const same = written.get(writeEventPattern(pattern));
    if (same !== undefined) {
      throw new SettingError(`${at} has "${same}" and "${text}", which mean the same; leave one of them out`);
    }
    written.set(writeEventPattern(pattern), text);
    checkFits(at, text, pattern, possible);
    return pattern;
  });
};

const checkFits = (
  at: string,
  text: string,
  pattern: EventPattern,
  possible: readonly PossibleEvent[],
): void => {
  if (possible.some((event) => matchesPattern(pattern, event))) return;
  const nearest = nearestName(text, fitting(text, possible));
  throw new SettingError(
    `${at} has "${text}", which fits no event of the configured sources${
      nearest === undefined ? hint(pattern, possible) : `; did you mean "${nearest}"?`
    }`,
  );
};

/** Patterns of the same form that fit an event. */
const fitting = (text: string, possible: readonly PossibleEvent[]): readonly string[] => {
  const hasSource = text.includes(':');
  const parts = text.slice(text.indexOf(':') + 1).split('.');
  return possible.flatMap(({ source, provider, entity, action }) => {
    const names = [provider, entity, action].slice(-parts.length);
    const same = names.map((part, index) => (parts[index] === '*' ? '*' : part)).join('.');
    const wide = [...names.slice(0, -1), '*'].join('.');
    return [same, wide].map((pattern) => (hasSource ? `${source}:${pattern}` : pattern));
  });
};

const hint = ({ entity }: EventPattern, possible: readonly PossibleEvent[]): string => {
  const entities = [...new Set(possible.map((event) => event.entity))].sort();
  return didYouMean(entity, entities) || `; the entities are ${entities.join(', ')}`;
};
