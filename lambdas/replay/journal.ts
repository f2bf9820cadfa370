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

/** The progress of a replay, stored in the event log's table but in no index. Anyone who may replay can resume it. */
export interface Journal {
  readonly id: string;
  readonly selection: Selection;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** The planned number of events. */
  readonly planned: number;
  /** All events up to this time are done; absent at the beginning. ISO 8601, UTC. */
  readonly position?: string | undefined;
  readonly sent: number;
  /** Events that can't be replayed. */
  readonly skipped: number;
  readonly isFinished: boolean;
  /** Incremented by each update, to detect concurrent processes. */
  readonly version: number;
}

/** How long a replay can be resumed: as long as the intake queue keeps messages. */
const KEPT_MS = 14 * 24 * 60 * 60 * 1000;

/** Begins a journal. The selection ends now at the latest. @param planned the planned number of events. */
export const beginJournal = async (
  log: EventLogTable,
  selection: Selection,
  planned: number,
  now: number,
): Promise<Journal> => {
  const startedAt = new Date(now).toISOString();
  // Replayed events are new events. Without this limit the replay would select them again, endlessly.
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

/** Stores a replay's progress, and returns the new journal. @throws {ReplayError} if another process updated it. */
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

/** @throws {ReplayError} if there is no such replay. */
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
      `There is no replay "${id}" to resume: an id is like 20261122-9f3a1c7e, and is kept for 14 days.`,
    );
  return toJournal(id, Item);
};

const toJournal = (id: string, item: Item): Journal => ({
  ...(JSON.parse(item[ATTRIBUTE.journal]?.S ?? '') as Omit<Journal, 'id' | 'version'>),
  id,
  version: Number(item[ATTRIBUTE.version]?.N),
});

const ID = /^\d{8}-[0-9a-f]{8}$/;

/** Differs from every event key, which has a digest of 43 characters after the source's name. */
const journalKey = (id: string): string => `replay:${id}`;
