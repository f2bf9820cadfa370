import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { explainIndex } from './event-log-error.ts';
import type { EventFilter, EventQuery } from './event-query.ts';
import { type Item, type ListedEvent, toListedEvent } from './listed-event.ts';
import { compareIn } from './position.ts';
import { AT_ATTRIBUTE, ATTRIBUTE, type ENTITY_INDEX, type SOURCE_INDEX } from './schema.ts';

/** Where the event log is. */
export interface EventLogTable {
  readonly dynamo: DynamoDBClient;
  /** The table's name. */
  readonly table: string;
}

/** One partition of an index: the events that came to a source in an hour and a shard, or those of an entity. */
export interface Partition {
  readonly index: typeof SOURCE_INDEX | typeof ENTITY_INDEX;
  readonly value: string;
}

/** How many items a read looks at. Those that a filter leaves out are read and paid for too, so that it takes more of them. */
const PAGE = { plain: 100, filtered: 1_000 } as const;

/**
 * Reads the events of a partition that a query means, in its order, in runs. DynamoDB sorts by time; of those that came in
 * the same millisecond a run holds all, sorted by key, so that one order is the order of everybody who asks.
 *
 * @throws {HistoryError} where the table has not the index.
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
    // What came in the last millisecond of a page may go on in the next.
    const last = next === undefined ? undefined : held.at(-1)?.at;
    const whole = held.filter(({ at }) => at !== last);
    if (whole.length > 0) yield whole.sort(compare);
    held = held.filter(({ at }) => at === last);
  } while (next !== undefined);
}

/** A filter, as DynamoDB applies it to what it has read. */
const conditionsOf = ({ entity, entityId, type, duplicates }: EventFilter) => {
  const conditions: string[] = [];
  const names: Record<string, string> = {};
  const values: Record<string, { readonly S: string } | { readonly N: string }> = {};
  for (const [name, value] of Object.entries({ entity, entityId, type })) {
    if (value === undefined) continue;
    conditions.push(`#${name} = :${name}`);
    names[`#${name}`] = ATTRIBUTE[name as 'entity' | 'entityId' | 'type'];
    values[`:${name}`] = { S: name === 'entityId' ? value.slice(0, MAX_LISTED_CHARACTERS) : value };
  }
  if (duplicates === true) {
    conditions.push('#duplicates > :none');
    names['#duplicates'] = ATTRIBUTE.duplicates;
    values[':none'] = { N: '0' };
  }
  return { expression: conditions.join(' AND '), names, values };
};

/** The log holds so much of an entity's id. */
const MAX_LISTED_CHARACTERS = 1_000;
