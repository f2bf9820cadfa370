import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { explainIndex } from './event-log-error.ts';
import type { EventFilter, EventQuery } from './event-query.ts';
import { type Item, type ListedEvent, toListedEvent } from './listed-event.ts';
import { compareIn } from './position.ts';
import { AT_ATTRIBUTE, ATTRIBUTE, type ENTITY_INDEX, type SOURCE_INDEX } from './schema.ts';

export interface EventLogTable {
  readonly dynamo: DynamoDBClient;
  /** The table's name. */
  readonly table: string;
}

/** One partition of an index: the events of a source's hour and shard, or of an entity. */
export interface Partition {
  readonly index: typeof SOURCE_INDEX | typeof ENTITY_INDEX;
  readonly value: string;
}

/** How many items one query reads. A filter discards items after they are read, so it needs larger pages. */
const PAGE = { plain: 100, filtered: 1_000 } as const;

/**
 * Reads the matching events of a partition in order, in runs. DynamoDB sorts by time only. A run holds all events of the
 * same millisecond and sorts them by key, so that the order is deterministic.
 *
 * @throws {EventLogError} if the table doesn't have the index.
 */
export async function* readPartition(
  { dynamo, table }: EventLogTable,
  { index, value }: Partition,
  query: Omit<EventQuery, 'sources'>,
): AsyncGenerator<readonly ListedEvent[]> {
  const { order, after } = query;
  const compare = compareIn(order);
  const { expression, names, values } = conditionsOf(query);
  const since = order === 'oldest' && after !== undefined ? after.at : query.since;
  const until = order === 'newest' && after !== undefined ? after.at : query.until;
  if (since > until) return;

  let held: readonly ListedEvent[] = [];
  let next: Item | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await dynamo
      .send(
        new QueryCommand({
          TableName: table,
          IndexName: index.name,
          KeyConditionExpression: '#partition = :partition AND #at BETWEEN :since AND :until',
          ...(expression !== '' && { FilterExpression: expression }),
          ExpressionAttributeNames: { '#partition': index.partitionKey, '#at': AT_ATTRIBUTE, ...names },
          ExpressionAttributeValues: {
            ':partition': { S: value },
            ':since': { S: since },
            ':until': { S: until },
            ...values,
          },
          ScanIndexForward: order === 'oldest',
          Limit: expression === '' ? PAGE.plain : PAGE.filtered,
          ...(next !== undefined && { ExclusiveStartKey: next }),
        }),
      )
      .catch((error: unknown) => {
        throw explainIndex(error, index.name);
      });
    next = LastEvaluatedKey;
    held = [...held, ...Items.map(toListedEvent).filter((event) => !after || compare(event, after) > 0)];
    // The last millisecond of a page may continue on the next one.
    const last = next === undefined ? undefined : held.at(-1)?.at;
    const whole = held.filter(({ at }) => at !== last);
    if (whole.length > 0) yield whole.sort(compare);
    held = held.filter(({ at }) => at === last);
  } while (next !== undefined);
}

/** The filter expression, which DynamoDB applies to the items that it has read. */
const conditionsOf = ({ entity, entityId, type, reason, duplicates }: EventFilter) => {
  const conditions: string[] = [];
  const names: Record<string, string> = {};
  const values: Record<string, { readonly S: string } | { readonly N: string }> = {};
  for (const [name, value] of Object.entries({ entity, entityId, type, reason })) {
    if (value === undefined) continue;
    conditions.push(`#${name} = :${name}`);
    names[`#${name}`] = ATTRIBUTE[name as 'entity' | 'entityId' | 'type' | 'reason'];
    values[`:${name}`] = { S: name === 'entityId' ? value.slice(0, MAX_LISTED_CHARACTERS) : value };
  }
  if (duplicates === true) {
    conditions.push('#duplicates > :none');
    names['#duplicates'] = ATTRIBUTE.duplicates;
    values[':none'] = { N: '0' };
  }
  return { expression: conditions.join(' AND '), names, values };
};

/** The stored length of an entity's id. */
const MAX_LISTED_CHARACTERS = 1_000;
