import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { AT_ATTRIBUTE, ATTRIBUTE, PARTITION_KEY } from './schema.ts';

/** An event as a list of events shows it: what the indexes of the event log hold. */
export interface ListedEvent {
  readonly key: string;
  /** When it was received, or sent again; ISO 8601, UTC, with milliseconds. Lists are sorted by it. */
  readonly at: string;
  /** Of the first delivery of it. */
  readonly deliveryId: string;
  /** ISO 8601, UTC. */
  readonly receivedAt: string;
  readonly source: string;
  readonly provider: string;
  readonly entity: string;
  readonly action: string;
  readonly type: string;
  /** Cut off after 1,000 characters. */
  readonly entityId?: string;
  /** The provider's own name of the event. */
  readonly providerType?: string;
  /** Why it went to the unrecognized ones. */
  readonly reason?: string;
  /** How many more deliveries of it came. */
  readonly duplicates: number;
  /** How often it was sent again. */
  readonly replays: number;
  /** The key of the event that this one is a replay of. */
  readonly replayOf?: string;
}

/** An item of DynamoDB. */
export type Item = Readonly<Record<string, AttributeValue>>;

/** Reads an item of the table or of one of its indexes. */
export const toListedEvent = (item: Item): ListedEvent => {
  const text = (name: string): string => item[name]?.S ?? '';
  return {
    key: text(PARTITION_KEY),
    at: text(AT_ATTRIBUTE),
    deliveryId: text(ATTRIBUTE.deliveryId),
    receivedAt: text(ATTRIBUTE.receivedAt),
    source: text(ATTRIBUTE.source),
    provider: text(ATTRIBUTE.provider),
    entity: text(ATTRIBUTE.entity),
    action: text(ATTRIBUTE.action),
    type: text(ATTRIBUTE.type),
    ...optional(item, ATTRIBUTE.entityId),
    ...optional(item, ATTRIBUTE.providerType),
    ...optional(item, ATTRIBUTE.reason),
    duplicates: Number(item[ATTRIBUTE.duplicates]?.N ?? 0),
    replays: Number(item[ATTRIBUTE.replays]?.N ?? 0),
    ...optional(item, ATTRIBUTE.replayOf),
  };
};

/** The attribute as a property, where the item has it. */
export const optional = <Name extends string>(item: Item, name: Name): { readonly [N in Name]?: string } => {
  const value = item[name]?.S;
  return (value === undefined ? {} : { [name]: value }) as { readonly [N in Name]?: string };
};
