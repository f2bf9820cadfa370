import { randomBytes } from 'node:crypto';
import {
  ConditionalCheckFailedException,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { Item } from '../event-log/listed-event.ts';
import type { EventLogTable } from '../event-log/partition.ts';
import { ATTRIBUTE, PARTITION_KEY, TTL_ATTRIBUTE } from '../event-log/schema.ts';
import { ReplayError } from './replay-error.ts';
import type { Selection } from './selection.ts';

/**
 * How far a replay has come. It lies in the event log's table, beside the events and in none of their indexes, so that
 * anyone who may replay can take it up again.
 */
export interface Journal {
  readonly id: string;
  readonly selection: Selection;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** How many events were to be sent when it was planned. */
  readonly planned: number;
  /** All that came up to this time is done with; absent at the beginning. ISO 8601, UTC. */
  readonly position?: string | undefined;
  /** How many of these were sent again. */
  readonly sent: number;
  /** How many of these could not be. */
  readonly skipped: number;
  readonly isFinished: boolean;
  /** Grows with each time that it is written: two who work on one replay find out. */
  readonly version: number;
}

/** For so long a replay can be taken up again, in ms: as long as the intake queue keeps what was sent. */
const KEPT_MS = 14 * 24 * 60 * 60 * 1000;

/**
 * Begins a journal. Of a selection that ends later than now it is now that it ends.
 *
 * @param planned how many events are to be sent.
 * @param now the clock, in ms.
 */
export const beginJournal = async (
  log: EventLogTable,
  selection: Selection,
  planned: number,
  now: number,
): Promise<Journal> => {
  const startedAt = new Date(now).toISOString();
  // What is sent again is an event of its own, and comes after that: without an end the replay would find it, and so on.
  const ended =
    'until' in selection && selection.until > startedAt ? { ...selection, until: startedAt } : selection;
  const id = `${startedAt.slice(0, 10).replaceAll('-', '')}-${randomBytes(4).toString('hex')}`;
  const journal: Journal = {
    id,
    selection: ended,
    startedAt,
    planned,
    sent: 0,
    skipped: 0,
    isFinished: false,
    version: 0,
  };
  await write(log, journal, now);
  return journal;
};

/**
 * Writes down how far a replay has come.
 *
 * @returns the journal as it is now.
 * @throws {ReplayError} where another process works on it too.
 */
export const continueJournal = async (
  log: EventLogTable,
  journal: Journal,
  progress: Partial<Pick<Journal, 'position' | 'sent' | 'skipped' | 'isFinished'>>,
  now: number,
): Promise<Journal> => {
  const next = { ...journal, ...progress, version: journal.version + 1 };
  await write(log, next, now);
  return next;
};

const write = async ({ dynamo, table }: EventLogTable, journal: Journal, now: number): Promise<void> => {
  const { id, version, ...rest } = journal;
  const Item: PutItemCommandInput['Item'] = {
    [PARTITION_KEY]: { S: journalKey(id) },
    [ATTRIBUTE.version]: { N: String(version) },
    [ATTRIBUTE.journal]: { S: JSON.stringify(rest) },
    [TTL_ATTRIBUTE]: { N: String(Math.floor((now + KEPT_MS) / 1000)) },
  };
  try {
    await dynamo.send(
      new PutItemCommand({
        TableName: table,
        Item,
        ConditionExpression: version === 0 ? 'attribute_not_exists(#key)' : '#version = :before',
        ...(version === 0
          ? { ExpressionAttributeNames: { '#key': PARTITION_KEY } }
          : {
              ExpressionAttributeNames: { '#version': ATTRIBUTE.version },
              ExpressionAttributeValues: { ':before': { N: String(version - 1) } },
            }),
      }),
    );
  } catch (cause) {
    if (!(cause instanceof ConditionalCheckFailedException)) throw cause;
    throw new ReplayError(`Another process works on the replay ${id}: this one stops.`, { cause });
  }
};

/**
 * The journal of a replay.
 *
 * @throws {ReplayError} where there is none of that id.
 */
export const readJournal = async ({ dynamo, table }: EventLogTable, id: string): Promise<Journal> => {
  const { Item } = ID.test(id)
    ? await dynamo.send(
        new GetItemCommand({
          TableName: table,
          Key: { [PARTITION_KEY]: { S: journalKey(id) } },
          ConsistentRead: true,
        }),
      )
    : {};
  if (Item?.[ATTRIBUTE.journal]?.S === undefined)
    throw new ReplayError(
      `There is no replay "${id}" to be taken up: an id is like 20261122-9f3a1c7e, and is kept for 14 days.`,
    );
  return toJournal(id, Item);
};

const toJournal = (id: string, item: Item): Journal => ({
  ...(JSON.parse(item[ATTRIBUTE.journal]?.S ?? '') as Omit<Journal, 'id' | 'version'>),
  id,
  version: Number(item[ATTRIBUTE.version]?.N),
});

const ID = /^\d{8}-[0-9a-f]{8}$/;

/** No event has such a key: behind the source's name stands a digest of 43 characters. */
const journalKey = (id: string): string => `replay:${id}`;
