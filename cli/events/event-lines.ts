import type { ListedEvent } from '../../lambdas/event-log/listed-event.ts';
import { counted } from '../output/counted.ts';
import { table } from '../output/table.ts';
import { printable } from './printable.ts';
import { writeTime } from './time.ts';

const HEAD = ['TIME (UTC)', 'SOURCE', 'TYPE', 'ID', '', 'KEY'] as const;

const remarks = ({ duplicates, replays, replayOf, reason }: ListedEvent): string =>
  [
    ...(reason === undefined ? [] : [reason]),
    ...(duplicates > 0 ? [`+${counted(duplicates, 'duplicate')}`] : []),
    ...(replays > 0 ? [`replayed ${replays === 1 ? 'once' : `${replays} times`}`] : []),
    ...(replayOf === undefined ? [] : ['a replay']),
  ].join(', ');

const cells = (event: ListedEvent): readonly string[] => [
  writeTime(event.at),
  event.source,
  event.type,
  printable(event.entityId ?? ''),
  remarks(event),
  event.key,
];

export const eventTable = (events: readonly ListedEvent[]): string => table(HEAD, events.map(cells));

/** An event as one line of fixed column widths, for a list that is still growing. */
export const eventLine = (event: ListedEvent): string =>
  cells(event)
    .map((cell, column) => cell.padEnd(WIDTHS[column] ?? 0))
    .join('  ')
    .trimEnd();

const WIDTHS = [19, 12, 30, 12, 12] as const;
