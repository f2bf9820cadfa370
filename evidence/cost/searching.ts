import { SHARDS } from '../../lambdas/event-log/schema.ts';
import { PRICES } from '../../lib/watch/prices.ts';
import { ASSUMPTIONS } from './assumptions.ts';
import type { CostLine } from './lines.ts';
import type { CostSettings } from './settings.ts';

const DAY_HOURS = 24;
const LISTED = 10_000;
const REPLAYED = 100_000;
const LOGGED = 1_000_000;
/** A read unit is 4 KB; of the indexes, which may be a moment old, a read costs half of one. */
const UNIT_KILOBYTES = 4;

/** What looking into the event log costs, each time. */
export const searchingLines = (settings: CostSettings): readonly CostLine[] => {
  const partitions = settings.sources * SHARDS * DAY_HOURS;
  return [
    { name: 'list a day in which nothing came, of all sources', dollars: half(partitions) },
    {
      name: `list ${COUNT.format(LISTED)} events`,
      dollars: half((LISTED * ASSUMPTIONS.indexedKilobytes.value) / UNIT_KILOBYTES),
    },
    {
      name: `find out what a replay of ${COUNT.format(REPLAYED)} events would do`,
      dollars: reading(REPLAYED),
    },
    {
      name: `find the history of an entity among ${COUNT.format(LOGGED)} events, without an index by entity`,
      dollars: half((LOGGED * ASSUMPTIONS.indexedKilobytes.value) / UNIT_KILOBYTES),
    },
    {
      name: `send them again, beside what ${COUNT.format(REPLAYED)} new events cost behind the gate`,
      dollars: reading(REPLAYED) + REPLAYED * marking(settings),
    },
  ];
};

const COUNT = new Intl.NumberFormat('en-GB');

const half = (reads: number): number => (reads / 2) * PRICES.dynamoDbRead.dollars;

/** Events are listed, and then each is read with its delivery, as it is at that moment. */
const reading = (events: number): number =>
  half((events * ASSUMPTIONS.indexedKilobytes.value) / UNIT_KILOBYTES) +
  events * Math.ceil(ASSUMPTIONS.itemKilobytes.value / UNIT_KILOBYTES) * PRICES.dynamoDbRead.dollars;

/** On the original stands that it was sent again: as much of a write as it is long, and one in each index. */
const marking = ({ indexes }: CostSettings): number =>
  (ASSUMPTIONS.itemUnits.value + indexes * Math.ceil(ASSUMPTIONS.indexedKilobytes.value)) *
  PRICES.dynamoDbWrite.dollars;
