import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { AT_ATTRIBUTE, ATTRIBUTE, PARTITION_KEY } from './schema.ts';

/** An event as listed: the attributes that the event log's indexes hold. */
export interface ListedEvent {
  readonly key: string;
  /** When it was received or replayed; ISO 8601, UTC, with milliseconds. Lists are sorted by it. */
  readonly at: string;
  /** The first delivery. */
  readonly deliveryId: string;
  /** ISO 8601, UTC. */
  readonly receivedAt: string;
  readonly source: string;
  readonly provider: string;
  readonly entity: string;
  readonly action: string;
  readonly type: string;
  /** Truncated to 1,000 characters. */
  readonly entityId?: string;
  /** The provider's name for the event. */
  readonly providerType?: string;
  /** Why it was not recognized. */
  readonly reason?: string;
  readonly duplicates: number;
  readonly replays: number;
  /** The key of the replayed event. */
  readonly replayOf?: string;
}

export type Item = Readonly<Record<string, AttributeValue>>;

/** Reads an item of the table or of one of its indexes. */
export const toListedEvent = (item: Item): ListedEvent => {
  const text = (name: string): string => item[name]?.S ?? '';
  return {
    key: text(PARTITION_KEY),
    at: text(AT_ATTRIBUTE),
    deliveryId: text(ATTRIBUTE.deliveryId),
    receivedAt: receivedAtOf(item),
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

/** When the first delivery was received: also when the event is listed at, unless an attribute says otherwise. */
export const receivedAtOf = (item: Item): string =>
  item[ATTRIBUTE.receivedAt]?.S ?? item[AT_ATTRIBUTE]?.S ?? '';

/** The attribute as a property, if the item has it. */
export const optional = <Name extends string>(item: Item, name: Name): { readonly [N in Name]?: string } => {
  const value = item[name]?.S;
  return (value === undefined ? {} : { [name]: value }) as { readonly [N in Name]?: string };
};
