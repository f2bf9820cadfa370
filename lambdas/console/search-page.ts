import { type Position, writePosition } from '../event-log/position.ts';
import type { DashboardContext } from './call.ts';

/** A page of a list, newest first. */
export interface Page<Listed> {
  readonly found: readonly Listed[];
  /** The start of the next page; absent on the last page. */
  readonly cursor?: string | undefined;
  /** How far back an incomplete search has come: ISO 8601, UTC. */
  readonly searchedUntil?: string | undefined;
}

export interface PageLimits {
  /** The number of entries per page. */
  readonly size: number;
  /** The search starts no further interval after this time. */
  readonly patienceMs: number;
}

/** A list to search. */
export interface Searched<Listed> {
  /** What is in an interval, newest first; both ends are inclusive. */
  between(since: string, until: string): AsyncIterable<Listed>;
  positionOf(listed: Listed): Position;
}

/**
 * Reads a page, newest first. A selective filter may have to read everything, so it searches backwards in intervals of
 * growing length, and returns what it has found when its time is up.
 */
export const searchPage = async <Listed>(
  { between, positionOf }: Searched<Listed>,
  { size, patienceMs }: PageLimits,
  { since, until }: Pick<DashboardContext, 'since' | 'until'>,
  after: Position | undefined,
): Promise<Page<Listed>> => {
  const deadline = Date.now() + patienceMs;
  const found: Listed[] = [];
  let end = after === undefined ? until : Math.min(until, Date.parse(after.at));
  for (let pieceMs = FIRST_PIECE_MS; end >= since; pieceMs *= 4) {
    const start = Math.max(since, end - pieceMs);
    for await (const one of between(iso(start), iso(end))) {
      const last = found.at(-1);
      if (found.length === size && last !== undefined) {
        return { found, cursor: writePosition(positionOf(last)) };
      }
      found.push(one);
    }
    end = start - 1;
    if (end < since || Date.now() <= deadline) continue;
    const searchedUntil = iso(start);
    return { found, searchedUntil, cursor: writePosition({ at: searchedUntil, key: FIRST_KEY }) };
  }
  return { found };
};

/** Usually enough for a page of an active source. */
const FIRST_PIECE_MS = 6 * 60 * 60_000;

/** Less than any key: in a list of the newest first it comes after all entries of its millisecond. */
const FIRST_KEY = '-';

const iso = (ms: number): string => new Date(ms).toISOString();
